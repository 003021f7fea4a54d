import { setTimeout as sleep } from 'node:timers/promises';
import { leaderWorkerSetCRD } from '../cluster/install-manager.ts';
import {
  type LeaderWorkerSet,
  LWS,
  isAvailable,
  leaderWorkerSet,
  leftovers,
  podUids,
} from '../cluster/lws-fixtures.ts';
import { type ControlPlane, startControlPlane } from '../cluster/start-control-plane.ts';
import { type Manager, startManager } from '../cluster/start-manager.ts';
import { parseOptions } from '../parse-options.ts';
import { createForeign } from './foreign.ts';
import { countWrites } from './count-writes.ts';
import { type Phase, compareAmongForeign, compareWithPeer, describePhase } from './phase.ts';
import { readProcessUsage } from './process-usage.ts';
import { measureYardstick } from './yardstick.ts';

const USAGE = `npm run bench:groups -- --groups R --size S [--peer 'COMMAND'] [--foreign N] [--phases create,roll,restart,manager-restart,delete]

Measures a set of R groups of S pods on a control plane of its own: time, and the manager's CPU, memory and writes, for its creation, a
rolling update of a quarter of the groups at a time, the restart of one group, a restart of the manager, and its deletion. With --peer, another manager (a command
that takes KUBECONFIG and --config=FILE) does the same afterwards in the same run, and the ratios are printed. With --foreign, ours does the same again on a cluster with N pods and N StatefulSets that no
LeaderWorkerSet has anything to do with, and both are printed side by side.`;

const NAMESPACE = 'bench';
const NAME = 'bench';
const PATIENCE_MS = 1_800_000;
const POLL_MS = 250;
const PODS_PER_NODE = 100;

type Step = (cluster: ControlPlane, manager: Manager) => Promise<void>;
type Wanted = { readonly groups: number; readonly size: number };

const ref = { ...LWS, metadata: { namespace: NAMESPACE, name: NAME } };

const until = async (what: string, isDone: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${PATIENCE_MS / 60_000} minutes`);
    await sleep(POLL_MS);
  }
};

const untilAvailable = ({ client }: ControlPlane, updated: number): Promise<void> =>
  until('Available', async () => {
    const set = await client.get<LeaderWorkerSet>(ref);
    return (
      set !== undefined &&
      isAvailable(set) &&
      set.status?.updatedReplicas === updated &&
      set.status.replicas === updated
    );
  });

const pidOf = (manager: Manager): number => {
  const pid = manager.pid();
  if (pid === undefined) throw new Error('the manager does not run');
  return pid;
};

const steps = ({ groups, size }: Wanted): Readonly<Record<string, Step>> => ({
  create: async (cluster) => {
    const rollout = { type: 'RollingUpdate', rollingUpdateConfiguration: { maxUnavailable: '25%', maxSurge: 0 } };
    const options = { replicas: groups, size, spec: { rolloutStrategy: rollout } };
    await cluster.client.create(leaderWorkerSet(NAMESPACE, NAME, options));
    await untilAvailable(cluster, groups);
  },
  roll: async (cluster) => {
    const containers = [{ name: 'worker', image: 'nginx:2' }];
    await cluster.client.patch(ref, { spec: { leaderWorkerTemplate: { workerTemplate: { spec: { containers } } } } });
    await untilAvailable(cluster, groups);
  },
  restart: async (cluster) => {
    const before = (await podUids(cluster.client, NAMESPACE, NAME))[`${NAME}-0`];
    await cluster.client.delete({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: NAMESPACE, name: `${NAME}-0-1` },
    });
    await until('a new leader', async () => {
      const leader = await cluster.client.get({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: NAMESPACE, name: `${NAME}-0` },
      });
      return leader?.metadata.uid !== undefined && leader.metadata.uid !== before;
    });
    await untilAvailable(cluster, groups);
  },
  'manager-restart': async (_cluster, manager) => {
    await manager.stop();
    await manager.start();
    // What it would write, it writes soon.
    await sleep(10_000);
  },
  delete: async (cluster) => {
    await cluster.client.delete(ref, { propagationPolicy: 'Foreground' });
    await until('nothing left', async () => (await leftovers(cluster.client, NAMESPACE)).length === 0);
  },
});

const measure = async (cluster: ControlPlane, manager: Manager, name: string, step: Step): Promise<Phase> => {
  const seen = cluster.auditEvents().length;
  const before = readProcessUsage(pidOf(manager));
  const pid = manager.pid();
  const startedAt = performance.now();
  await step(cluster, manager);
  const seconds = (performance.now() - startedAt) / 1000;
  await sleep(1_000);
  const after = readProcessUsage(pidOf(manager));
  const earlier = manager.pid() === pid ? before.cpuSeconds : 0;
  const usage = { ...after, cpuSeconds: after.cpuSeconds - earlier };
  return { name, seconds, usage, writes: countWrites(cluster.auditEvents().slice(seen)) };
};

type PlayOptions = { readonly peer?: readonly string[]; readonly foreign?: number };

const play = async (
  wanted: Wanted,
  names: readonly string[],
  { peer, foreign = 0 }: PlayOptions = {},
): Promise<Phase[]> => {
  const nodes = Math.ceil((wanted.groups * wanted.size) / PODS_PER_NODE) + 4;
  const capacity = { pods: '110', cpu: '1000', memory: '4Ti' };
  const users = ['system:serviceaccount:lws-system:lws-controller-manager', 'peer'];
  const cluster = await startControlPlane({
    crds: leaderWorkerSetCRD(),
    audit: { users, bodies: false },
    nodes: { racks: 4, nodesPerRack: Math.ceil(nodes / 4), capacity },
    apiServerFlags: ['--max-requests-inflight=2000', '--max-mutating-requests-inflight=1000'],
    featureGates: { MaxUnavailableStatefulSet: true },
  });
  try {
    if (foreign > 0) await createForeign(cluster, foreign);
    const manager = await startManager(cluster, peer === undefined ? {} : { peer });
    await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const phases: Phase[] = [];
    for (const name of names) {
      const step = steps(wanted)[name];
      if (step === undefined) throw new Error(`there is no phase ${name}`);
      const yardstick = measureYardstick();
      const phase = await measure(cluster, manager, name, step);
      phases.push(phase);
      console.log(describePhase(phase, (yardstick + measureYardstick()) / 2));
    }
    return phases;
  } finally {
    await cluster.stop();
  }
};

const values = parseOptions(
  {
    options: {
      groups: { type: 'string', default: '50' },
      size: { type: 'string', default: '4' },
      peer: { type: 'string' },
      foreign: { type: 'string', default: '0' },
      phases: { type: 'string', default: 'create,roll,restart,manager-restart,delete' },
      help: { type: 'boolean', default: false },
    },
  },
  USAGE,
);
if (values.help) console.log(USAGE);
else {
  const wanted = { groups: Number(values.groups), size: Number(values.size) };
  const foreign = Number(values.foreign);
  if (!(wanted.groups >= 1) || !(wanted.size >= 2) || !(foreign >= 0)) throw new Error(USAGE);
  const names = values.phases.split(',');
  console.log(`yardstick ${measureYardstick().toFixed(2)} us, ${wanted.groups} groups of ${wanted.size} pods\n\nours`);
  const ours = await play(wanted, names);
  if (values.peer !== undefined) {
    console.log(`\ntheirs: ${values.peer}`);
    compareWithPeer(ours, await play(wanted, names, { peer: values.peer.split(/\s+/) }));
  }
  if (foreign > 0) {
    console.log(`\nours among ${foreign} foreign pods and ${foreign} foreign StatefulSets`);
    compareAmongForeign(ours, await play(wanted, names, { foreign }));
  }
}
process.exit();

import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../cluster/kube-object.ts';
import { leaderWorkerSetCRD, readDeploy } from '../cluster/install-manager.ts';
import { type Manager, startManager } from '../cluster/start-manager.ts';
import { type ControlPlane, startControlPlane } from '../cluster/start-control-plane.ts';
import { parseOptions } from '../parse-options.ts';
import { explainFailure } from './explain-failure.ts';
import { RACK_LABEL, formatTable, podRows } from './pod-table.ts';
import { createScreen } from './screen.ts';

const SET = {
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: { namespace: 'default', name: 'vllm' },
};
const PODS = {
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'default',
  labelSelector: `leaderworkerset.sigs.k8s.io/name=${SET.metadata.name}`,
};
const SIZE = 4;
const VICTIM = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name: 'vllm-1-2' } };
const REFRESH_MS = 250;
const PATIENCE_MS = 120_000;

type LeaderWorkerSet = KubeObject & {
  readonly spec: { readonly replicas: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly { type: string; status: string }[];
  };
};

const screen = createScreen();
const startedAt = performance.now();
const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

const isAvailable = ({ metadata, status }: LeaderWorkerSet): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false);

type Sight = { readonly set: LeaderWorkerSet; readonly pods: readonly KubeObject[] };

const look = async ({ client }: ControlPlane): Promise<Sight> => {
  const [set, pods] = await Promise.all([client.get<LeaderWorkerSet>(SET), client.list(PODS)]);
  if (set === undefined) throw new Error('the LeaderWorkerSet is gone');
  return { set, pods };
};

const describe = ({ set, pods }: Sight, nodes: readonly KubeObject[]): string => {
  const ready = `${set.status?.readyReplicas ?? 0} of ${set.spec.replicas} groups ready`;
  return `${formatTable(podRows(pods, nodes))}\n\n  ${ready}${isAvailable(set) ? ', Available' : ''}\n`;
};

/** Shows the pods until `isDone`; rejects when that takes too long. */
const watchUntil = async (cluster: ControlPlane, what: string, isDone: (sight: Sight) => boolean): Promise<Sight> => {
  const nodes = await cluster.client.list({ apiVersion: 'v1', kind: 'Node' });
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const sight = await look(cluster);
    screen.show(describe(sight, nodes));
    if (isDone(sight)) {
      screen.keep();
      return sight;
    }
    if (performance.now() > deadline) {
      screen.keep();
      throw new Error(`${what} did not happen within ${PATIENCE_MS / 1000} s`);
    }
    await sleep(REFRESH_MS);
  }
};

const create = async (cluster: ControlPlane): Promise<void> => {
  screen.say(
    `\nApplying deploy/samples/vllm.yaml: 2 groups of ${SIZE} pods with 8 GPUs each, every group in a rack of its own.\n`,
  );
  for (const object of readDeploy('samples/vllm.yaml'))
    await cluster.client.apply({ ...object, metadata: { ...object.metadata, namespace: 'default' } }, 'kubectl');
  await watchUntil(cluster, 'Available', ({ set }) => isAvailable(set));
  screen.say(`Available after ${seconds()}: admission numbered the pods and gave them their leader's address, the reconciler made the
workers once each leader had found its rack, and Kubernetes' own controllers and scheduler did the rest.`);
};

const scale = async (cluster: ControlPlane): Promise<void> => {
  screen.say('\nScaling to 3 groups, as `kubectl scale lws/vllm --replicas=3` does.\n');
  await cluster.client.patch(SET, { spec: { replicas: 3 } }, { subresource: 'scale' });
  await watchUntil(cluster, 'Available with 3 groups', ({ set, pods }) => isAvailable(set) && pods.length === 3 * SIZE);
};

const uids = (pods: readonly KubeObject[], group: string): string[] =>
  pods
    .filter(({ metadata }) => metadata.labels?.['leaderworkerset.sigs.k8s.io/group-index'] === group)
    .map(({ metadata }) => metadata.uid ?? '');

const killWorker = async (cluster: ControlPlane): Promise<void> => {
  screen.say(
    `\nDeleting the worker ${VICTIM.metadata.name}. Its group lives and dies as one, so the whole of group 1 starts over.\n`,
  );
  const before = await look(cluster);
  const old = uids(before.pods, '1');
  await cluster.client.delete(VICTIM);
  const after = await watchUntil(cluster, 'a new group 1', ({ set, pods }) => {
    const now = uids(pods, '1');
    return now.length === SIZE && !now.some((uid) => old.includes(uid)) && isAvailable(set);
  });
  const untouched = ['0', '2'].every(
    (group) => uids(before.pods, group).sort().join() === uids(after.pods, group).sort().join(),
  );
  if (!untouched) throw new Error('a group that had not failed was restarted too');
  screen.say('Group 1 has new pods, all four of them; groups 0 and 2 were not touched.');
};

const explain = ({ adminKubeconfig, programs }: ControlPlane, { log }: Manager): void =>
  screen.say(`
Look around from another terminal:

  export KUBECONFIG=${adminKubeconfig}
  export PATH=$PATH:${programs}        # only if you have no kubectl
  kubectl get lws,statefulsets,pods -o wide
  kubectl describe lws vllm
  kubectl get pod vllm-0-1 -o yaml       # what admission stamped on a worker

The manager's log: ${log}`);

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

const play = async (once: boolean): Promise<void> => {
  screen.say(
    'Starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok with 32 fake GPU nodes in 4 racks …',
  );
  const cluster = await startControlPlane({ nodes: { rackLabel: RACK_LABEL }, crds: leaderWorkerSetCRD() });
  const interrupted = untilInterrupted();
  try {
    screen.say(
      `Control plane up after ${seconds()}. Installing CRD, RBAC and webhooks from deploy/, and starting the manager as its ServiceAccount …`,
    );
    const manager = await startManager(cluster);
    const story = async (): Promise<void> => {
      await create(cluster);
      if (!once) explain(cluster, manager);
      await scale(cluster);
      await killWorker(cluster);
      if (once) return;
      screen.say('\nThe cluster stays until you press Ctrl-C.');
      await interrupted;
    };
    const end = await Promise.race([story().then(() => 'told'), interrupted.then(() => 'interrupted')]);
    if (once && end === 'interrupted') throw new Error('it was interrupted before its end');
    screen.say('\nStopping …');
    await manager.stop();
  } finally {
    await cluster.stop();
  }
  screen.say('Nothing is left behind.');
};

const { once } = parseOptions({ options: { once: { type: 'boolean', default: false } } }, 'npm run demo -- [--once]');
try {
  await play(once);
} catch (error) {
  screen.say(`\nThe demo failed: ${explainFailure(error)}`);
  process.exitCode = 1;
}
// A story that was interrupted may still be waiting for something.
process.exit();

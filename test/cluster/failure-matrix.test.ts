import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { readIncarnations } from '../../src/core/restart/incarnations.ts';
import { digest } from '../../src/core/restart/group-memory.ts';
import { FAILURES, type Failure } from './breaking/failures.ts';
import { followWrites } from './follow-writes.ts';
import { hasCondition } from './has-condition.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LABEL, LWS, POD, STATEFUL_SET, isAvailable, leaderWorkerSet } from './lws-fixtures.ts';
import type { LeaderWorkerSet } from './lws-fixtures.ts';
import { type Change, currentVersion, readHistory } from './read-history.ts';
import { startControlPlane } from './start-control-plane.ts';
import { MANAGER_USER, startReconciler } from './start-reconciler.ts';
import { waitFor } from './wait-for.ts';

const POLICIES = ['RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None'] as const;
/** In every set: group 0 is left alone, the worker of group 1 fails, and the leader of group 2. */
const GROUPS = ['nobody', 'worker', 'leader'] as const;
/** Every so many writes after its start the manager is killed. */
const KILLED_AFTER_WRITES = [1, 3, 9, 27];
const TIMEOUT_MS = 90_000;

const cluster = await startControlPlane({
  nodes: { labels: { pool: 'kept' } },
  audit: { users: [MANAGER_USER], bodies: false },
  crds: leaderWorkerSetCRD(),
});
t.teardown(() => cluster.stop());
const { client } = cluster;
const reconciler = await startReconciler(cluster);
// One pod a node, so that a lost node takes nothing else along.
await cluster.addNodes({
  racks: 1,
  nodesPerRack: 44,
  prefix: 'lost-',
  labels: { pool: 'lost' },
  capacity: { pods: '1' },
});
const namespace = await cluster.createNamespace('matrix');

type Cell = { readonly set: string; readonly policy: (typeof POLICIES)[number]; readonly failure: Failure };
const cells: readonly Cell[] = POLICIES.flatMap((policy, index) =>
  FAILURES.map((failure) => ({ set: `p${index}-${failure.name.replaceAll(' ', '-')}`, policy, failure })),
);

const createSet = ({ set, policy, failure }: Cell): Promise<unknown> =>
  client.create(
    leaderWorkerSet(namespace, set, {
      replicas: GROUPS.length,
      size: 2,
      group: { restartPolicy: policy },
      pod: {
        nodeSelector: { pool: failure.name === 'node lost' ? 'lost' : 'kept' },
        initContainers: [
          { name: 'init', image: 'init:1' },
          { name: 'sidecar', image: 'sidecar:1', restartPolicy: 'Always' },
        ],
      },
    }),
  );

type World = {
  readonly pods: ReadonlyMap<string, KubeObject>;
  readonly statefulSets: ReadonlyMap<string, KubeObject>;
  readonly sets: readonly LeaderWorkerSet[];
};

const byName = (objects: readonly KubeObject[]) => new Map(objects.map((object) => [object.metadata.name, object]));

const look = async (): Promise<World> => {
  const [pods, statefulSets, sets] = await Promise.all([
    client.list({ ...POD, namespace }),
    client.list({ ...STATEFUL_SET, namespace }),
    client.list<LeaderWorkerSet>({ ...LWS, namespace }),
  ]);
  return { pods: byName(pods), statefulSets: byName(statefulSets), sets };
};

const ownerOf = (object: KubeObject | undefined): string | undefined => object?.metadata.ownerReferences?.[0]?.uid;
const uidOf = (object: KubeObject | undefined): string | undefined => object?.metadata.uid;

/** What keeps a group from being whole and of one piece: everything in it has to hang, by uid, on the leader that it sees. */
const groupFault = ({ pods, statefulSets }: World, set: string, index: number): string | undefined => {
  const [leader, worker] = [pods.get(`${set}-${index}`), pods.get(`${set}-${index}-1`)];
  const workers = statefulSets.get(`${set}-${index}`);
  if (![leader, worker, workers].every((one) => one !== undefined && !one.metadata.deletionTimestamp))
    return 'not whole';
  if (!hasCondition(leader, 'Ready') || !hasCondition(worker, 'Ready')) return 'not ready';
  return ownerOf(worker) === uidOf(workers) && ownerOf(workers) === uidOf(leader) ? undefined : 'mixed';
};

/** Whether the record names the leader of each group as it is now. */
const isRecorded = ({ pods, statefulSets }: World, set: string): boolean => {
  const recorded = readIncarnations(statefulSets.get(set)?.metadata.annotations?.[`${LABEL}incarnations`]);
  return GROUPS.every((_, index) => recorded.get(index)?.leader === digest(uidOf(pods.get(`${set}-${index}`)) ?? ''));
};

/** Everything that is not yet at rest, by name. */
const unrest = (world: World): string[] => [
  ...world.sets.filter((set) => !isAvailable(set)).map(({ metadata }) => `${metadata.name} is not Available`),
  ...cells
    .filter(({ set, policy }) => policy !== 'None' && !isRecorded(world, set))
    .map(({ set }) => `${set} is not recorded`),
  ...cells.flatMap(({ set }) =>
    GROUPS.flatMap((_, index) => {
      const fault = groupFault(world, set, index);
      return fault === undefined ? [] : [`${set}-${index} is ${fault}`];
    }),
  ),
];

const uids = ({ pods }: World): string => [...pods.values()].map(uidOf).sort().join();

/** Resolves when nothing is missing, every group is whole and recorded, and no pod has changed for a moment. */
const settle = async (missing: (world: World) => string[]): Promise<World> => {
  let left: string[] = [];
  const isSettled = async () => {
    const world = await look();
    left = [...missing(world), ...unrest(world)];
    if (left.length > 0) return undefined;
    await sleep(1_000);
    const later = await look();
    return unrest(later).length === 0 && uids(world) === uids(later) && later;
  };
  return waitFor('rest', isSettled, { timeoutMs: TIMEOUT_MS, everyMs: 200 }).catch((error: unknown) => {
    throw new Error(`not at rest: ${left.slice(0, 10).join(', ')}`, { cause: error });
  });
};

type Outcome = { readonly leaders: number; readonly statefulSets: number; readonly workers: 'same' | 'new' };
type Expected = Outcome & { readonly deletions: number };

const UNTOUCHED: Expected = { leaders: 0, statefulSets: 0, workers: 'same', deletions: 0 };

/** What shall become of a group: how many new leaders and worker StatefulSets, and how often the manager deletes its leader. */
const expectedOf = ({ policy, failure }: Cell, victim: (typeof GROUPS)[number]): Expected => {
  if (victim === 'nobody') return UNTOUCHED;
  const isLeaderLost = failure.losesPod && victim === 'leader';
  if (isLeaderLost) return { leaders: 1, statefulSets: 1, workers: 'new', deletions: 0 };
  if (policy !== 'None') return { leaders: 1, statefulSets: 1, workers: 'new', deletions: 1 };
  return failure.losesPod ? { ...UNTOUCHED, workers: 'new' } : UNTOUCHED;
};

const victimsOf = ({ set }: Cell) => [`${set}-1-1`, `${set}-2`];

const happenAll = (): Promise<unknown> =>
  Promise.all(cells.flatMap((cell) => victimsOf(cell).map((name) => cell.failure.happen(client, { namespace, name }))));

/** The pods that shall have been replaced and have not, or the other way round. */
const notReplaced =
  (before: World) =>
  ({ pods }: World): string[] =>
    cells.flatMap((cell) =>
      GROUPS.flatMap((victim, index) => {
        const { leaders, workers } = expectedOf(cell, victim);
        const isNew = (name: string) => uidOf(pods.get(name)) !== uidOf(before.pods.get(name));
        const [leader, worker] = [`${cell.set}-${index}`, `${cell.set}-${index}-1`];
        const wanted = [...(leaders > 0 ? [leader] : []), ...(workers === 'new' ? [worker] : [])];
        return wanted.filter((name) => !isNew(name)).map((name) => `${name} is not new`);
      }),
    );

/** Whether Kubernetes alone has replaced every pod that was lost. */
const areLostPodsBack =
  (before: World) =>
  ({ pods }: World): boolean =>
    cells
      .filter(({ failure }) => failure.losesPod)
      .flatMap(victimsOf)
      .every((name) => {
        const now = pods.get(name);
        return !now?.metadata.deletionTimestamp && now !== undefined && uidOf(now) !== uidOf(before.pods.get(name));
      });

const PHASES: readonly { readonly name: string; readonly play: (before: World) => Promise<void> }[] = [
  {
    name: 'the manager is running',
    play: async () => void (await happenAll()),
  },
  {
    name: 'no manager is running, and one starts afterwards',
    play: async (before) => {
      await reconciler.stop();
      await happenAll();
      await waitFor('lost pods to be replaced', async () => areLostPodsBack(before)(await look()));
      await reconciler.start();
    },
  },
  {
    name: `the manager is killed ${KILLED_AFTER_WRITES.length} times between its writes`,
    play: async () => {
      const writes = followWrites(cluster);
      const happening = happenAll();
      for (const count of KILLED_AFTER_WRITES) {
        let seen = 0;
        await waitFor('write', () => (seen += writes.read().length) >= count, { everyMs: 2 });
        await reconciler.stop('SIGKILL');
        writes.read();
        await reconciler.start();
      }
      writes.close();
      await happening;
    },
  },
];

const countAdded = (changes: readonly Change[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { type, object } of changes)
    if (type === 'ADDED') counts.set(object.metadata.name, (counts.get(object.metadata.name) ?? 0) + 1);
  return counts;
};

await Promise.all(cells.map(createSet));
let rest = await settle(() => []);

for (const { name, play } of PHASES)
  void t.test(`when ${name}`, async (t) => {
    const writes = followWrites(cluster);
    const pods = { ...POD, namespace };
    const statefulSets = { ...STATEFUL_SET, namespace };
    const [podVersion, statefulSetVersion] = [
      await currentVersion(client, pods),
      await currentVersion(client, statefulSets),
    ];
    const before = rest;
    await play(before);
    rest = await settle(notReplaced(before));
    const newPods = countAdded(await readHistory(client, pods, podVersion));
    const newStatefulSets = countAdded(await readHistory(client, statefulSets, statefulSetVersion));
    const deletions = writes
      .read()
      .filter(
        ({ verb, objectRef, responseStatus }) =>
          verb === 'delete' && objectRef?.resource === 'pods' && responseStatus?.code === 200,
      )
      .map(({ objectRef }) => objectRef?.name);
    writes.close();

    for (const policy of POLICIES)
      for (const cell of cells.filter((cell) => cell.policy === policy)) {
        const outcome = GROUPS.map((victim, index) => {
          const leader = `${cell.set}-${index}`;
          return {
            victim,
            leaders: newPods.get(leader) ?? 0,
            statefulSets: newStatefulSets.get(leader) ?? 0,
            workers: newPods.has(`${leader}-1`) ? 'new' : 'same',
            deletions: deletions.filter((name) => name === leader).length,
          };
        });
        const expected = GROUPS.map((victim) => ({ victim, ...expectedOf(cell, victim) }));
        t.same(outcome, expected, `${policy}: ${cell.failure.name}, of a worker or of a leader`);
      }
  });

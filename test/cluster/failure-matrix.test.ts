import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { followWrites } from './follow-writes.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { LWS, POD, REVISION, STATEFUL_SET, isAvailable, leaderWorkerSet, waitUntilAvailable } from './lws-fixtures.ts';
import { GROUPS, POLICIES, cells, expectedOf, setOf, victimsOf } from './matrix-cells.ts';
import { type Change, currentVersion, readHistory } from './read-history.ts';
import { startControlPlane } from './start-control-plane.ts';
import { MANAGER_USER, startReconciler } from './start-reconciler.ts';
import { waitFor } from './wait-for.ts';
import { type World, groupFault, isRecorded, look, ownerOf, podFingerprint, uidOf } from './world.ts';

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

const isSetAvailable = ({ sets }: World, name: string): boolean => {
  const set = sets.get(name);
  return set !== undefined && isAvailable(set);
};

/** Everything that is not yet at rest, by name. */
const unrest = (world: World): string[] => [
  ...cells.filter(({ set }) => !isSetAvailable(world, set)).map(({ set }) => `${set} is not Available`),
  ...cells
    .filter(({ set, policy }) => policy !== 'None' && !isRecorded(world, set, GROUPS.length))
    .map(({ set }) => `${set} is not recorded`),
  ...cells.flatMap(({ set }) =>
    GROUPS.flatMap((_, index) => {
      const fault = groupFault(world, set, index, 2);
      return fault === undefined ? [] : [`${set}-${index} is ${fault}`];
    }),
  ),
];

/** Resolves when nothing is missing, every group is whole and recorded, and no pod has changed for a moment. */
const settle = async (missing: (world: World) => string[]): Promise<World> => {
  let left: string[] = [];
  const isSettled = async () => {
    const world = await look(client, namespace);
    left = [...missing(world), ...unrest(world)];
    if (left.length > 0) return undefined;
    await sleep(1_000);
    const later = await look(client, namespace);
    return unrest(later).length === 0 && podFingerprint(world) === podFingerprint(later) && later;
  };
  return waitFor('rest', isSettled, { timeoutMs: TIMEOUT_MS, everyMs: 500 }).catch((error: unknown) => {
    throw new Error(`not at rest: ${left.slice(0, 10).join(', ')}`, { cause: error });
  });
};

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

const PHASES: readonly {
  readonly name: string;
  /** A write that the manager's end cuts off may be recorded without its result. */
  readonly cutsWrites: boolean;
  readonly play: (before: World) => Promise<void>;
}[] = [
  {
    name: 'the manager is running',
    cutsWrites: false,
    play: async () => void (await happenAll()),
  },
  {
    name: 'no manager is running, and one starts afterwards',
    cutsWrites: false,
    play: async (before) => {
      await reconciler.stop();
      await happenAll();
      await waitFor('lost pods to be replaced', async () => areLostPodsBack(before)(await look(client, namespace)));
      await reconciler.start();
    },
  },
  {
    name: `the manager is killed ${KILLED_AFTER_WRITES.length} times between its writes`,
    cutsWrites: true,
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

await Promise.all(cells.map((cell) => client.create(setOf(namespace, cell))));
let rest = await settle(() => []);

for (const { name, cutsWrites, play } of PHASES)
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
            deletions: cutsWrites
              ? expectedOf(cell, victim).deletions
              : deletions.filter((name) => name === leader).length,
          };
        });
        const expected = GROUPS.map((victim) => ({ victim, ...expectedOf(cell, victim) }));
        t.same(outcome, expected, `${policy}: ${cell.failure.name}, of a worker or of a leader`);
      }
  });

void t.test(
  'a leader that hangs in termination does not keep its workers, and its group starts over when it is gone',
  async (t) => {
    const namespace = await cluster.createNamespace('hung');
    const pod = { ...POD, metadata: { namespace, name: 'x-1' } };
    await client.create(leaderWorkerSet(namespace, 'x', { size: 2, pod: { nodeSelector: { pool: 'kept' } } }));
    await waitUntilAvailable(client, namespace, 'x');
    const before = await look(client, namespace);
    await client.patch(pod, { metadata: { finalizers: ['lws-test/hang'] } });
    await client.delete(pod);
    const hung = await waitFor('workers to be gone', async () => {
      const world = await look(client, namespace);
      return !world.pods.has('x-1-1') && !world.statefulSets.has('x-1') && world;
    });
    t.equal(uidOf(hung.pods.get('x-1')), uidOf(before.pods.get('x-1')), 'the leader is still there');
    await client.patch(pod, { metadata: { finalizers: null } });
    const after = await waitFor('new group', async () => {
      const world = await look(client, namespace);
      const isNew = uidOf(world.pods.get('x-1')) !== uidOf(before.pods.get('x-1'));
      return isNew && groupFault(world, 'x', 1, 2) === undefined && world;
    });
    t.equal(uidOf(after.pods.get('x-0')), uidOf(before.pods.get('x-0')), 'the other group was not touched');
  },
);

void t.test('a set that is deleted and made again at once starts clean', async (t) => {
  const namespace = await cluster.createNamespace('again');
  const set = leaderWorkerSet(namespace, 'x', { size: 2, pod: { nodeSelector: { pool: 'kept' } } });
  const first = await client.create(set);
  await waitUntilAvailable(client, namespace, 'x');
  const before = await look(client, namespace);
  await client.delete({ ...LWS, metadata: { namespace, name: 'x' } });
  const second = await client.create(set);
  await waitUntilAvailable(client, namespace, 'x');
  const after = await waitFor('whole groups of the second set', async () => {
    const world = await look(client, namespace);
    const areWhole = [0, 1].every((index) => groupFault(world, 'x', index, 2) === undefined);
    return areWhole && ownerOf(world.statefulSets.get('x')) === uidOf(second) && world;
  });
  t.not(uidOf(first), uidOf(second), 'it is another set');
  const old = new Set([...before.pods.values(), ...before.statefulSets.values()].map(uidOf));
  t.same(
    [...after.pods.values(), ...after.statefulSets.values()].filter((one) => old.has(uidOf(one))),
    [],
  );
  const revisions = await waitFor('revisions of the first set to be gone', async () => {
    const all = await client.list({ ...REVISION, namespace, labelSelector: '!controller.kubernetes.io/hash' });
    return all.every((one) => ownerOf(one) === uidOf(second)) && all;
  });
  t.equal(revisions.length, 1, 'it has one revision, of its own');
});

import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { followWrites } from './follow-writes.ts';
import { holdLease } from './hold-lease.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LABEL, LWS, POD, REVISION, SERVICE, STATEFUL_SET, waitUntilAvailable } from './lws-fixtures.ts';
import type { LeaderWorkerSet } from './lws-fixtures.ts';
import { reapplyUpstream, replayUpstream } from './replay-upstream.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { MANAGER_USER } from './start-reconciler.ts';
import { waitFor } from './wait-for.ts';

const cluster = await startControlPlane({
  audit: { users: [MANAGER_USER], bodies: false },
  crds: leaderWorkerSetCRD(),
});
t.teardown(() => cluster.stop());
const { client } = cluster;
// Until the lease is free, ours only reviews, as upstream's webhooks did: what is recorded of both is the same.
const release = await holdLease(client, 'upstream');
await startManager(cluster, { configuration: { leaderElection: { leaderElect: true } } });

const [atRest, partition, rolling, restarting] = await Promise.all(
  ['at-rest', 'partition', 'in-mid-rollout', 'in-mid-restart'].map((name) => replayUpstream(client, name)),
);

const namespaceOf = (set: LeaderWorkerSet | undefined): string => set?.metadata.namespace ?? '';

/** Every object of a set with its version: one that was written to, by whomever, has another. */
const versions = async (set: LeaderWorkerSet | undefined): Promise<string[]> => {
  const types = [LWS, STATEFUL_SET, SERVICE, REVISION, POD];
  const lists = types.map(async (type) =>
    (await client.list({ ...type, namespace: namespaceOf(set) })).map(
      ({ metadata }) => `${type.kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`,
    ),
  );
  return (await Promise.all(lists)).flat().sort();
};

type Status = { status: { containerStatuses?: { restartCount: number }[] } };

/** The pods of a set: revision key, uid and restarts by name. */
const podsOf = async (set: LeaderWorkerSet | undefined): Promise<Record<string, string>> => {
  const pods = await client.list<KubeObject & Status>({ ...POD, namespace: namespaceOf(set) });
  return Object.fromEntries(
    pods.map(({ metadata, status }) => [
      metadata.name,
      `${metadata.labels?.[`${LABEL}template-revision-hash`]} ${metadata.uid} ${status.containerStatuses?.[0]?.restartCount}`,
    ]),
  );
};

const ofGroups = (pods: Record<string, string>, ...indexes: number[]): Record<string, string> =>
  Object.fromEntries(Object.entries(pods).filter(([name]) => indexes.includes(Number(name.split('-')[1]))));

const keys = (pods: Record<string, string>): string[] => [
  ...new Set(Object.values(pods).map((pod) => pod.split(' ')[0] ?? '')),
];

const revisions = async (set: LeaderWorkerSet | undefined): Promise<string[]> =>
  (await client.list({ ...REVISION, namespace: namespaceOf(set) }))
    .filter(({ metadata }) => metadata.labels?.['controller.kubernetes.io/hash'] === undefined)
    .map(({ metadata }) => metadata.name);

const available = (set: LeaderWorkerSet | undefined) => waitUntilAvailable(client, namespaceOf(set), 'x');

const settled = async (set: LeaderWorkerSet | undefined): Promise<void> => {
  await available(set);
  await waitFor(`rest in ${namespaceOf(set)}`, async () => {
    const before = await versions(set);
    await sleep(1_500);
    return (await versions(set)).join() === before.join();
  });
};

await Promise.all([settled(atRest), settled(partition)]);
const before = {
  atRest: await versions(atRest),
  partition: await versions(partition),
  rolling: await podsOf(rolling),
  restarting: await podsOf(restarting),
};
const writes = followWrites(cluster);
await release();
await Promise.all([settled(rolling), settled(restarting)]);
const written = writes.read();

const writesTo = (set: LeaderWorkerSet | undefined): string[] =>
  written
    .filter(({ objectRef }) => objectRef?.namespace === namespaceOf(set))
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name}`);

void t.test('a set at rest that upstream leaves is not written to', async (t) => {
  t.same(writesTo(atRest), [], 'there are no writes');
  t.same(await versions(atRest), before.atRest, 'nothing in it has changed');
});

void t.test('nor is a set that rests at its partition', async (t) => {
  t.same(writesTo(partition), [], 'there are no writes');
  t.same(await versions(partition), before.partition, 'nothing in it has changed');
});

void t.test('a rollout that upstream has begun goes on where it was and ends', async (t) => {
  const after = await podsOf(rolling);
  t.same(ofGroups(after, 2), ofGroups(before.rolling, 2), 'the group that was updated stays');
  t.same(keys(after), ['87f88fc46'], 'all groups have the revision key that upstream chose');
  t.same(await revisions(rolling), ['x-87f88fc46-2'], 'there is no revision of ours, and the old one is gone');
  const set = await client.get<LeaderWorkerSet>({ ...LWS, metadata: { namespace: namespaceOf(rolling), name: 'x' } });
  t.equal(set?.metadata.generation, rolling?.metadata.generation, 'the set itself was not changed');
});

void t.test('a restart of a group that upstream has begun ends with one new group, and the other stays', async (t) => {
  const after = await podsOf(restarting);
  t.same(ofGroups(after, 0), ofGroups(before.restarting, 0), 'the other group');
  t.same(
    writesTo(restarting).filter((write) => write.startsWith('delete')),
    [],
    'nothing was deleted again',
  );
  t.same(keys(after), ['6f8cd98648'], 'the revision key is the same');
});

void t.test('at its partition, a set goes on when the partition is lowered', async (t) => {
  const pods = await podsOf(partition);
  const rolloutStrategy = { rollingUpdateConfiguration: { partition: 0 } };
  await client.patch(
    { ...LWS, metadata: { namespace: namespaceOf(partition), name: 'x' } },
    { spec: { rolloutStrategy } },
  );
  await settled(partition);
  const after = await podsOf(partition);
  t.same(ofGroups(after, 2, 3), ofGroups(pods, 2, 3), 'the groups that were updated stay');
  t.same(keys(after), ['56b9fbb974'], 'all groups have the newest revision key');
});

void t.test('going back, upstream finds what it would have written itself', async (t) => {
  const statefulSet = { ...STATEFUL_SET, metadata: { namespace: namespaceOf(restarting), name: 'x' } };
  const ours = await waitFor('record', async () => {
    const live = await client.get(statefulSet);
    return live?.metadata.annotations?.[`${LABEL}incarnations`] !== undefined && live;
  });
  const objects = await versions(restarting);
  const theirs = await reapplyUpstream(client, 'in-mid-restart');
  t.same(theirs, ours, 'its apply changes nothing, not even whose fields are whose');
  t.same(await versions(restarting), objects, 'so that no pod and no generation does');
});

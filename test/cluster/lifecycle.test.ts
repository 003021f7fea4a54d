import t from 'tap';
import { ApiRefusal } from './api-refusal.ts';
import { failContainer } from './breaking/fail-container.ts';
import type { KubeObject } from './kube-object.ts';
import {
  LABEL,
  LWS,
  POD,
  REVISION,
  SERVICE,
  STATEFUL_SET,
  leaderWorkerSet,
  leftovers,
  podUids,
  podsOf,
  waitUntilAvailable,
} from './lws-fixtures.ts';
import { startControlPlane } from './start-control-plane.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const cluster = await startControlPlane({ audit: true, crds: leaderWorkerSetCRD() });
t.teardown(() => cluster.stop());
const manager = await startManager(cluster);
const { client } = cluster;

const at = (namespace: string, name: string) => ({ metadata: { namespace, name } });

const group = (uids: Record<string, string>, index: number): string[] =>
  Object.entries(uids)
    .filter(([name]) => name === `x-${index}` || name.startsWith(`x-${index}-`))
    .map(([, uid]) => uid);

/** Resolves when the pods of a set are as many as wanted and stay the same for a moment. */
const settle = (namespace: string, pods: number) =>
  waitFor(`${pods} settled pods in ${namespace}`, async () => {
    const before = await podUids(client, namespace, 'x');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const after = await podUids(client, namespace, 'x');
    return Object.keys(after).length === pods && JSON.stringify(before) === JSON.stringify(after) && after;
  });

const create = async (prefix: string, options = {}): Promise<string> => {
  const namespace = await cluster.createNamespace(prefix);
  await client.create(leaderWorkerSet(namespace, 'x', options));
  await waitUntilAvailable(client, namespace, 'x');
  return namespace;
};

void t.test('a set becomes Available with pods that know their place', async (t) => {
  const namespace = await create('create');
  const pods = await podsOf(client, namespace, 'x');
  t.same([...pods.keys()], ['x-0', 'x-0-1', 'x-0-2', 'x-1', 'x-1-1', 'x-1-2']);
  const worker = pods.get('x-1-2') as KubeObject & { spec: { containers: { env: object[] }[]; subdomain: string } };
  t.match(worker.metadata.labels, {
    [`${LABEL}name`]: 'x',
    [`${LABEL}group-index`]: '1',
    [`${LABEL}worker-index`]: '2',
  });
  t.same(worker.spec.containers[0]?.env, [
    { name: 'LWS_LEADER_ADDRESS', value: `x-1.x.${namespace}` },
    { name: 'LWS_GROUP_SIZE', value: '3' },
    { name: 'LWS_WORKER_INDEX', value: '2' },
  ]);
  const [revision] = await client.list({
    ...REVISION,
    namespace,
    labelSelector: `${LABEL}name=x,!controller.kubernetes.io/hash`,
  });
  t.match(revision?.metadata.name, /^x-[4-9b-f]+-1$/);
});

for (const propagationPolicy of ['Background', 'Foreground'] as const)
  void t.test(`a set deleted in the ${propagationPolicy.toLowerCase()} leaves nothing`, async (t) => {
    const namespace = await create('delete', { replicas: 1, size: 2 });
    await client.delete({ ...LWS, ...at(namespace, 'x') }, { propagationPolicy });
    await waitFor(`empty ${namespace}`, async () => (await leftovers(client, namespace)).length === 0);
    t.pass('nothing is left');
  });

void t.test('scales up, down, to nothing and back, by its spec and by /scale', async (t) => {
  const namespace = await create('scale', { replicas: 1, size: 2 });
  const first = await podUids(client, namespace, 'x');
  for (const [replicas, subresource] of [
    [3, 'scale'],
    [2, undefined],
    [0, 'scale'],
    [1, 'scale'],
  ] as const) {
    const options = subresource === undefined ? {} : { subresource };
    await client.patch({ ...LWS, ...at(namespace, 'x') }, { spec: { replicas } }, options);
    await waitUntilAvailable(client, namespace, 'x');
    const uids = await settle(namespace, replicas * 2);
    if (replicas > 1) t.same([uids['x-0'], uids['x-0-1']], [first['x-0'], first['x-0-1']], 'group 0 was not touched');
  }
  const set = await client.get<KubeObject & { status: { hpaPodSelector: string } }>({ ...LWS, ...at(namespace, 'x') });
  t.equal(set?.status.hpaPodSelector, `${LABEL}name=x,${LABEL}worker-index=0`);
});

void t.test('makes its objects again when somebody deletes them', async (t) => {
  const namespace = await create('again', { size: 2 });
  for (const victim of [
    { ...SERVICE, ...at(namespace, 'x') },
    { ...STATEFUL_SET, ...at(namespace, 'x-1') },
    { ...STATEFUL_SET, ...at(namespace, 'x') },
  ]) {
    const before = await client.get(victim);
    await client.delete(victim);
    await waitFor(`new ${victim.kind} ${victim.metadata.name}`, async () => {
      const now = await client.get(victim);
      return now !== undefined && now.metadata.uid !== before?.metadata.uid;
    });
    await waitUntilAvailable(client, namespace, 'x');
    await settle(namespace, 4);
    t.pass(`${victim.kind} ${victim.metadata.name} is back`);
  }
});

const FAILURES: readonly { readonly name: string; readonly fail: (namespace: string) => Promise<unknown> }[] = [
  {
    name: 'a worker is deleted',
    fail: (namespace) => client.delete({ ...POD, ...at(namespace, 'x-1-1') }),
  },
  {
    name: 'a worker is deleted without grace',
    fail: (namespace) => client.delete({ ...POD, ...at(namespace, 'x-1-1') }, { gracePeriodSeconds: 0 }),
  },
  {
    name: 'a container of a worker restarts',
    fail: (namespace) => failContainer(client, { namespace, name: 'x-1-1' }),
  },
  {
    name: 'a container of the leader restarts',
    fail: (namespace) => failContainer(client, { namespace, name: 'x-1' }),
  },
];

for (const { name, fail } of FAILURES)
  void t.test(`when ${name}, its group starts over once and the other stays`, async (t) => {
    const namespace = await create('restart');
    const before = await podUids(client, namespace, 'x');
    await fail(namespace);
    const after = await waitFor(`new group in ${namespace}`, async () => {
      const now = group(await podUids(client, namespace, 'x'), 1);
      return now.length === 3 && !now.some((uid) => group(before, 1).includes(uid)) && now;
    });
    await waitUntilAvailable(client, namespace, 'x');
    const settled = await settle(namespace, 6);
    t.same(group(settled, 1), after, 'there was one new incarnation only');
    t.same(group(settled, 0), group(before, 0), 'the other group was not touched');
    const deletions = cluster
      .auditEvents()
      .filter(
        ({ verb, objectRef, user }) =>
          verb === 'delete' &&
          objectRef?.resource === 'pods' &&
          objectRef.namespace === namespace &&
          user?.username.endsWith(':lws-controller-manager'),
      );
    t.same(
      deletions.map(({ objectRef }) => objectRef?.name),
      ['x-1'],
      'the manager deleted the leader, once',
    );
  });

void t.test('with exclusive topology every group has a rack of its own', async (t) => {
  const namespace = await create('exclusive', {
    replicas: 3,
    annotations: { [`${LABEL}exclusive-topology`]: 'rack' },
    pod: { containers: [{ name: 'worker', image: 'nginx:1', resources: { limits: { 'nvidia.com/gpu': 8 } } }] },
  });
  const nodes = new Map(
    (await client.list({ apiVersion: 'v1', kind: 'Node' })).map((node) => [node.metadata.name, node]),
  );
  const racks = new Map<string, Set<string>>();
  for (const pod of (await podsOf(client, namespace, 'x')).values()) {
    const index = pod.metadata.labels?.[`${LABEL}group-index`] ?? '';
    const { nodeName } = pod['spec'] as { nodeName: string };
    const rack = nodes.get(nodeName)?.metadata.labels?.['rack'] ?? '';
    racks.set(index, (racks.get(index) ?? new Set()).add(rack));
  }
  t.same(
    [...racks.values()].map(({ size }) => size),
    [1, 1, 1],
    'each group is inside one rack',
  );
  t.equal(new Set([...racks.values()].flatMap((set) => [...set])).size, 3, 'no rack is shared');
});

void t.test('without admission no set is created, and the error says why; with it again, all goes on', async (t) => {
  const namespace = await cluster.createNamespace('admission');
  t.equal(await manager.stop(), 0, 'the manager ends cleanly');
  const refusal = await client.create(leaderWorkerSet(namespace, 'x')).catch((error: unknown) => error);
  t.ok(refusal instanceof ApiRefusal && /failed calling webhook "mleaderworkerset\.kb\.io"/.test(refusal.message));
  await manager.start();
  await client.create(leaderWorkerSet(namespace, 'x'));
  await waitUntilAvailable(client, namespace, 'x');
});

void t.test('goes on by itself when the API server restarts', async (t) => {
  const namespace = await create('outage', { replicas: 1, size: 2 });
  const pid = manager.pid();
  await cluster.apiServer.restart();
  await client.patch({ ...LWS, ...at(namespace, 'x') }, { spec: { replicas: 2 } });
  await waitUntilAvailable(client, namespace, 'x');
  t.equal(manager.pid(), pid, 'it is the same process');
  t.equal((await fetch(`${manager.healthOrigin}/healthz`)).status, 200);
});

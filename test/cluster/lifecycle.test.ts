import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { readEventHead, readWatchEvent } from '../../src/kube/watch-event.ts';
import { readFamilies } from '../deploy/read-families.ts';
import { findUndocumented, readMetricsPage } from '../deploy/read-metrics-page.ts';
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
import { readInitialEvents } from './read-initial-events.ts';
import { startControlPlane } from './start-control-plane.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { createMetricsReader } from './create-metrics-reader.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const cluster = await startControlPlane({ audit: true, crds: leaderWorkerSetCRD() });
t.teardown(() => cluster.stop());
const manager = await startManager(cluster);
const { client } = cluster;
const readMetrics = await createMetricsReader(cluster);

/** What was counted of groups: restarts by cause, groups that came up, and rollouts. */
const readCounts = async () => {
  const { values: series } = await readMetrics(manager);
  return {
    container_restarted: series.get('lws_group_restarts_total{cause="container_restarted"}') ?? NaN,
    pod_deleted: series.get('lws_group_restarts_total{cause="pod_deleted"}') ?? NaN,
    pod_failed: series.get('lws_group_restarts_total{cause="pod_failed"}') ?? NaN,
    started: series.get('lws_group_ready_duration_seconds_count') ?? NaN,
    rollouts: series.get('lws_rollout_duration_seconds_count') ?? NaN,
  };
};

const readReadyGroups = async (): Promise<number | undefined> =>
  (await readMetrics(manager)).values.get('lws_groups{state="ready"}');

const EVENT = { apiVersion: 'events.k8s.io/v1', kind: 'Event' };

const at = (namespace: string, name: string) => ({ metadata: { namespace, name } });

const group = (uids: Record<string, string>, index: number): string[] =>
  Object.entries(uids)
    .filter(([name]) => name === `x-${index}` || name.startsWith(`x-${index}-`))
    .map(([, uid]) => uid);

/** Resolves when the pods of a set are as many as wanted and stay the same for a moment. */
const settle = (namespace: string, pods: number) =>
  waitFor(`${pods} settled pods in ${namespace}`, async () => {
    const before = await podUids(client, namespace, 'x');
    await sleep(1_000);
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
    const before = await readCounts();
    await client.delete({ ...LWS, ...at(namespace, 'x') }, { propagationPolicy });
    await waitFor(`empty ${namespace}`, async () => (await leftovers(client, namespace)).length === 0);
    t.same(await readCounts(), before, 'and is no restart');
  });

void t.test('a StatefulSet of somebody else under the name of workers is told of, and left alone', async (t) => {
  const namespace = await cluster.createNamespace('taken');
  const labels = { app: 'other' };
  const other = { ...STATEFUL_SET, ...at(namespace, 'x-0') };
  await client.create({
    ...other,
    spec: {
      replicas: 0,
      serviceName: 'other',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1' }] } },
    },
  });
  await client.create(leaderWorkerSet(namespace, 'x', { replicas: 1, size: 2 }));
  const warnings = async (): Promise<string[]> => {
    const events = await client.list<KubeObject & { type: string; note: string }>({ ...EVENT, namespace });
    return events.flatMap(({ type, note }) => (type === 'Warning' ? [note] : []));
  };
  await waitFor('warning', async () => (await warnings()).length > 0);
  // Long enough for more looks.
  await sleep(3_500);
  t.same(await warnings(), [
    'Failed to create worker statefulset for leader pod x-0: a StatefulSet x-0 that nobody controls is in the way: delete it, or create this LeaderWorkerSet under another name',
  ]);
  await client.delete(other);
  await waitUntilAvailable(client, namespace, 'x');
});

void t.test('scales up, down, to nothing and back, by its spec and by /scale', async (t) => {
  const namespace = await create('scale', { replicas: 1, size: 2 });
  const first = await podUids(client, namespace, 'x');
  const { started: _, ...restarts } = await readCounts();
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
  t.match(await readCounts(), restarts, 'which is no restart and no rollout');
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

type Failure = {
  readonly name: string;
  readonly cause: 'container_restarted' | 'pod_deleted';
  readonly fail: (namespace: string) => Promise<unknown>;
};

const FAILURES: readonly Failure[] = [
  {
    name: 'a worker is deleted',
    cause: 'pod_deleted',
    fail: (namespace) => client.delete({ ...POD, ...at(namespace, 'x-1-1') }),
  },
  {
    name: 'a worker is deleted without grace',
    cause: 'pod_deleted',
    fail: (namespace) => client.delete({ ...POD, ...at(namespace, 'x-1-1') }, { gracePeriodSeconds: 0 }),
  },
  {
    name: 'a container of a worker restarts',
    cause: 'container_restarted',
    fail: (namespace) => failContainer(client, { namespace, name: 'x-1-1' }),
  },
  {
    name: 'a container of the leader restarts',
    cause: 'container_restarted',
    fail: (namespace) => failContainer(client, { namespace, name: 'x-1' }),
  },
];

for (const { name, cause, fail } of FAILURES)
  void t.test(`when ${name}, its group starts over once and the other stays`, async (t) => {
    const namespace = await create('restart');
    const before = await podUids(client, namespace, 'x');
    const countsBefore = await readCounts();
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
    const expected = { ...countsBefore, [cause]: countsBefore[cause] + 1, started: countsBefore.started + 1 };
    t.same(await readCounts(), expected, 'the metrics say so');
  });

void t.test('a rollout is counted, and no restart', async (t) => {
  const namespace = await create('rollout', { size: 2 });
  const before = await readCounts();
  const set = await client.get<KubeObject & { spec: { leaderWorkerTemplate: { workerTemplate: object } } }>({
    ...LWS,
    ...at(namespace, 'x'),
  });
  const workerTemplate = { ...set?.spec.leaderWorkerTemplate.workerTemplate, metadata: { labels: { template: 'b' } } };
  await client.patch({ ...LWS, ...at(namespace, 'x') }, { spec: { leaderWorkerTemplate: { workerTemplate } } });
  await waitUntilAvailable(client, namespace, 'x');
  t.same(await readCounts(), { ...before, rollouts: before.rollouts + 1, started: before.started + 2 });
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

type Owner = { kind: string; name: string; controller?: boolean; blockOwnerDeletion?: boolean };

type Shaped = KubeObject & {
  spec: {
    clusterIP?: string;
    publishNotReadyAddresses?: boolean;
    selector?: object;
    replicas?: number;
    serviceName?: string;
  };
};

/** What Kubernetes fills in, and what has a value of its own in each run. */
const withoutDefaults = ({ spec, metadata: { name, labels, ownerReferences } }: Shaped) => ({
  name,
  labels: Object.fromEntries(
    Object.entries(labels ?? {}).filter(
      ([key]) => !['template-revision-hash', 'group-key'].some((own) => key.endsWith(own)),
    ),
  ),
  owner: (ownerReferences as readonly Owner[] | undefined)
    ?.map((owner) => `${owner.kind} ${owner.name} ${owner.controller} ${owner.blockOwnerDeletion}`)
    .join(),
  ...(spec.clusterIP === undefined
    ? { replicas: spec.replicas, serviceName: spec.serviceName }
    : { clusterIP: spec.clusterIP, early: spec.publishNotReadyAddresses, selector: spec.selector }),
});

const shapes = async (namespace: string, type: typeof SERVICE) =>
  (await client.list<Shaped>({ ...type, namespace })).map(withoutDefaults).sort((a, b) => a.name.localeCompare(b.name));

const name = { [`${LABEL}name`]: 'x' };
const ofGroup = (index: number) => ({ ...name, [`${LABEL}group-index`]: String(index) });
const headless = { clusterIP: 'None', early: true };
const SHARED_SERVICE = { name: 'x', labels: name, owner: 'LeaderWorkerSet x true true', ...headless, selector: name };
const groupService = (index: number) => ({
  name: `x-${index}`,
  labels: name,
  owner: `Pod x-${index} true true`,
  ...headless,
  selector: ofGroup(index),
});
const leaders = { name: 'x', labels: name, owner: 'LeaderWorkerSet x true true', replicas: 2, serviceName: 'x' };
const workers = (index: number, replicas: number, serviceName: string) => ({
  name: `x-${index}`,
  labels: ofGroup(index),
  owner: `Pod x-${index} true true`,
  replicas,
  serviceName,
});

void t.test('a live set is resized, and its groups get names of their own and back', async (t) => {
  const namespace = await create('live', { size: 2 });
  const shared = [SHARED_SERVICE];
  const own = [SHARED_SERVICE, groupService(0), groupService(1)];
  const STEPS = [
    {
      spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } },
      services: own,
      statefulSets: [leaders, workers(0, 1, 'x-0'), workers(1, 1, 'x-1')],
      subdomains: ['x-0', 'x-0', 'x-1', 'x-1'],
    },
    {
      spec: { leaderWorkerTemplate: { size: 3 } },
      services: own,
      statefulSets: [leaders, workers(0, 2, 'x-0'), workers(1, 2, 'x-1')],
      subdomains: ['x-0', 'x-0', 'x-0', 'x-1', 'x-1', 'x-1'],
    },
    {
      spec: { networkConfig: { subdomainPolicy: 'Shared' } },
      services: shared,
      statefulSets: [leaders, workers(0, 2, 'x'), workers(1, 2, 'x')],
      subdomains: ['x', 'x', 'x', 'x', 'x', 'x'],
    },
    { spec: { leaderWorkerTemplate: { size: 1 } }, services: shared, statefulSets: [leaders], subdomains: ['x', 'x'] },
    {
      spec: { leaderWorkerTemplate: { size: 2 } },
      services: shared,
      statefulSets: [leaders, workers(0, 1, 'x'), workers(1, 1, 'x')],
      subdomains: ['x', 'x', 'x', 'x'],
    },
  ];
  for (const { spec, services, statefulSets, subdomains } of STEPS) {
    const before = new Set(Object.values(await podUids(client, namespace, 'x')));
    await client.patch({ ...LWS, ...at(namespace, 'x') }, { spec });
    const pods = await waitFor(`new pods in ${namespace}`, async () => {
      const now = [...(await podsOf(client, namespace, 'x')).values()];
      return now.length === subdomains.length && !now.some(({ metadata }) => before.has(metadata.uid ?? '')) && now;
    });
    await waitUntilAvailable(client, namespace, 'x');
    const what = JSON.stringify(spec);
    t.same(
      pods.map((pod) => (pod['spec'] as { subdomain: string }).subdomain),
      subdomains,
      `${what}: pods`,
    );
    t.same(await shapes(namespace, SERVICE), services, `${what}: Services`);
    t.same(await shapes(namespace, STATEFUL_SET), statefulSets, `${what}: StatefulSets`);
    const sizes = new Set(pods.map(({ metadata }) => metadata.annotations?.[`${LABEL}size`]));
    t.same([...sizes], [String(pods.length / 2)], `${what}: all pods know the size of their group`);
  }
});

void t.test('volume claims that change are refused with a word on what to do, and not sent again', async (t) => {
  const namespace = await cluster.createNamespace('claims');
  const claim = (storage: string) => ({
    volumeClaimTemplates: [
      { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } },
    ],
  });
  await client.create(leaderWorkerSet(namespace, 'x', { replicas: 1, size: 2, group: claim('1Gi') }));
  await waitFor('leaders', () => client.get({ ...STATEFUL_SET, ...at(namespace, 'x') }));
  await client.patch({ ...LWS, ...at(namespace, 'x') }, { spec: { leaderWorkerTemplate: claim('2Gi') } });
  const event = await waitFor('event', async () => {
    const events = await client.list<KubeObject & { reason: string; note: string }>({ ...EVENT, namespace });
    return events.find(({ reason }) => reason === 'FailedUpdate');
  });
  t.match(
    event.note,
    /^Failed to update leader statefulset x: .*\. volumeClaimTemplates cannot change once the set exists: change them back, or delete the set and create it anew$/,
  );
  const writes = () =>
    cluster
      .auditEvents()
      .filter(
        ({ verb, objectRef, user }) =>
          ['create', 'patch', 'delete'].includes(verb) &&
          objectRef?.namespace === namespace &&
          objectRef.resource !== 'events' &&
          user?.username.endsWith(':lws-controller-manager'),
      ).length;
  await sleep(1_000);
  const before = writes();
  await sleep(3_000);
  t.equal(writes(), before, 'nothing is written as long as nothing changes');
  const revisions = await client.list({
    ...REVISION,
    namespace,
    labelSelector: `${LABEL}name=x,!controller.kubernetes.io/hash`,
  });
  t.equal(revisions.length, 2, 'there is one revision of each');
});

void t.test('without admission no set is created, and the error says why; with it again, all goes on', async (t) => {
  const namespace = await cluster.createNamespace('admission');
  const readyBefore = (await readReadyGroups()) ?? NaN;
  t.equal(await manager.stop(), 0, 'the manager ends cleanly');
  const refusal = await client.create(leaderWorkerSet(namespace, 'x')).catch((error: unknown) => error);
  t.ok(refusal instanceof ApiRefusal && /failed calling webhook "mleaderworkerset\.kb\.io"/.test(refusal.message));
  await manager.start();
  await client.create(leaderWorkerSet(namespace, 'x'));
  await waitUntilAvailable(client, namespace, 'x');
  t.equal(await readReadyGroups(), readyBefore + 2, 'the next process counts the groups that there are');
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

void t.test(
  'the API server begins its events as the cache expects, so that it need not read what it knows',
  async (t) => {
    await create('heads', { replicas: 1, size: 2 });
    for (const { apiVersion, kind } of [POD, STATEFUL_SET, SERVICE, REVISION]) {
      const lines = await readInitialEvents(cluster, { apiVersion, kind });
      const added = lines.filter((line) => readWatchEvent(line).type === 'ADDED');
      const wanted = added.map((line) => {
        const { namespace, name, resourceVersion } = (readWatchEvent(line).object as KubeObject).metadata;
        return { namespace, name, resourceVersion };
      });
      t.ok(wanted.length > 0, `there is a ${kind}`);
      t.strictSame(added.map(readEventHead), wanted, kind);
    }
  },
);

void t.test('docs/metrics.md knows all metrics that the manager exposes', async (t) => {
  const page = readMetricsPage(readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8'));
  t.same(findUndocumented(page, readFamilies((await readMetrics(manager)).text)), []);
});

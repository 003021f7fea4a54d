import t from 'tap';
import type { KubeObject } from '../../src/api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import { allCaches, createCaches } from '../../src/controller/caches.ts';
import { createExpiringMap } from '../../src/controller/expiring-map.ts';
import { createGroupObserver } from '../../src/controller/group/observe.ts';
import { createRepairDelays } from '../../src/controller/group/repair-delays.ts';
import { createGroupMemories } from '../../src/controller/group-memories.ts';
import { createReconcilers } from '../../src/controller/reconcilers.ts';
import type { RestClient } from '../../src/kube/rest-client.ts';
import { leaderWorkerSet } from '../core/fixtures/observed-group.ts';
import { createFakeClock } from '../kube/fake-clock.ts';
import { createQuietLog } from '../kube/quiet-log.ts';
import { createFakeApiServer } from './fake-api-server.ts';

const NAMESPACE = 'default';
const MINUTE = 60_000;

const setUp = (change: (client: RestClient) => RestClient = (client) => client) => {
  const server = createFakeApiServer();
  const { clock, advance, countTimers } = createFakeClock();

  /** Fills the caches of another process; it reconciles once it is told to. */
  const startProcess = async () => {
    const { log, lines } = createQuietLog();
    const reconcilers = createReconcilers({
      client: change(server.client),
      gangScheduling: false,
      instance: 'test',
      log,
      clock,
    });
    const stop = new AbortController();
    const running = [reconcilers.watch(stop.signal)];
    await reconcilers.synced();
    return {
      lines,
      lead: async () => {
        running.push(reconcilers.reconcile(stop.signal));
        await advance(2_000);
      },
      stop: async () => {
        stop.abort();
        await advance(5_000);
        await Promise.all(running);
      },
    };
  };

  /** A process that leads and has nothing left to do. */
  const lead = async () => {
    const process = await startProcess();
    await process.lead();
    return process;
  };

  return { server, advance, countTimers, startProcess, lead };
};

type Labels = Readonly<Record<string, string>>;

const controlledBy = (kind: string, name: string): KubeObject['metadata'] => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name, uid: `uid of ${name}`, controller: true }],
});

const statefulSet = (name: string, labels: Labels, metadata: KubeObject['metadata']) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace: NAMESPACE, labels, ...metadata },
  spec: { replicas: 0, template: {} },
});

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace: NAMESPACE } };

const withSpec = (set: LeaderWorkerSet, spec: Partial<LeaderWorkerSet['spec']>): LeaderWorkerSet => ({
  ...set,
  spec: { ...set.spec, ...spec },
});

/** The leader of a group of set x, as the StatefulSet controller makes it of the set's revision. */
const leaderPod = (server: ReturnType<typeof createFakeApiServer>, index: number, restarts = 0, phase = 'Running') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `x-${index}`,
    namespace: NAMESPACE,
    uid: `pod x-${index}`,
    labels: {
      [LABEL.name]: 'x',
      [LABEL.groupIndex]: String(index),
      [LABEL.workerIndex]: '0',
      [LABEL.revision]: server.get('StatefulSet', 'x')?.metadata.labels?.[LABEL.revision] ?? '',
    },
    annotations: { [ANNOTATION.size]: String(setOf(server).spec.leaderWorkerTemplate.size) },
    ...controlledBy('StatefulSet', 'x'),
  },
  spec: { containers: [{ name: 'main' }] },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }],
    containerStatuses: [{ name: 'main', restartCount: restarts }],
  },
});

const setOf = (server: ReturnType<typeof createFakeApiServer>): LeaderWorkerSet =>
  server.get('LeaderWorkerSet', 'x') as LeaderWorkerSet;

const count = (requests: readonly string[], request: string): number =>
  requests.filter((one) => one === request).length;

const warnings = (notes: readonly string[]): string[] => notes.filter((note) => note.startsWith('Warning'));

const LEADERS_IN_THE_WAY =
  'Warning Failed to create leader statefulset x: a StatefulSet x that belongs to Database x is in the way: delete it, or create this LeaderWorkerSet under another name';

void t.test('a StatefulSet of somebody else under the name of the leaders', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(statefulSet('x', {}, controlledBy('Database', 'x')));
  server.put(leaderWorkerSet());
  const process = await lead();
  await advance(20 * MINUTE);
  t.same(warnings(server.notes()), [LEADERS_IN_THE_WAY], 'is told of once, with what to do');
  const tries = count(server.takeRequests(), 'apply StatefulSet x');
  t.ok(tries >= 20 && tries <= 30, `is looked at ever more seldom (${tries} times in 20 minutes)`);
  server.remove(statefulSet('x', {}, {}));
  await advance(MINUTE);
  t.equal(server.get('StatefulSet', 'x')?.metadata.ownerReferences?.[0]?.uid, 'set', 'is out of the way in a minute');
  t.same(process.lines, [], 'is no error');
  await process.stop();
});

void t.test('what ends leaves no timer behind that would keep its thread from ending', async (t) => {
  const { server, advance, countTimers, lead } = setUp();
  server.put(statefulSet('x', {}, controlledBy('Database', 'x')));
  server.put(leaderWorkerSet());
  const process = await lead();
  await advance(20 * MINUTE);
  await process.stop();
  t.equal(countTimers(), 0);
});

void t.test('the leaders of another set under the name of the workers of a group', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet({ spec: { replicas: 1 } }));
  const process = await lead();
  server.put(statefulSet('x-0', { [LABEL.name]: 'x-0' }, controlledBy('LeaderWorkerSet', 'x-0')));
  server.put(leaderPod(server, 0));
  await advance(10 * MINUTE);
  t.same(
    warnings(server.notes()),
    [
      'Warning Failed to create worker statefulset for leader pod x-0: a StatefulSet x-0 that belongs to LeaderWorkerSet x-0 is in the way: delete it, or create this LeaderWorkerSet under another name',
    ],
    'are told of once, with what to do',
  );
  const tries = count(server.takeRequests(), 'create StatefulSet x-0');
  t.ok(tries >= 10 && tries <= 16, `are tried ever more seldom (${tries} times in 10 minutes)`);
  server.remove(statefulSet('x-0', {}, {}));
  await advance(10);
  t.equal(
    server.get('StatefulSet', 'x-0')?.metadata.ownerReferences?.[0]?.uid,
    'pod x-0',
    'wake the group when they go',
  );
  await process.stop();
});

void t.test('the workers of an earlier leader', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet({ spec: { replicas: 1 } }));
  const process = await lead();
  // Without its label no cache shows it.
  const workers = statefulSet('x-0', {}, controlledBy('Pod', 'x-0'));
  server.put({ ...workers, metadata: { ...workers.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  server.put(leaderPod(server, 0));
  await advance(2 * MINUTE);
  t.same(warnings(server.notes()), [], 'are waited for without a word while they go');
  t.ok(count(server.takeRequests(), 'create StatefulSet x-0') >= 24, 'every five seconds');
  server.put(workers);
  await advance(10 * MINUTE);
  t.same(
    warnings(server.notes()),
    [
      'Warning Failed to create worker statefulset for leader pod x-0: a StatefulSet x-0 that belongs to Pod x-0 is in the way: delete it, or create this LeaderWorkerSet under another name',
    ],
    'are told of once when they do not go',
  );
  server.takeRequests();
  await advance(10 * MINUTE);
  t.ok(count(server.takeRequests(), 'create StatefulSet x-0') <= 10, 'and looked at each minute');
  await process.stop();
});

void t.test('workers that were orphaned are told of', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet({ spec: { replicas: 1 } }));
  const process = await lead();
  server.put(leaderPod(server, 0));
  await advance(1_000);
  const workers = server.get('StatefulSet', 'x-0');
  if (workers === undefined) throw new Error('there are no workers');
  server.put({ ...workers, metadata: { ...workers.metadata, ownerReferences: [] } });
  await advance(MINUTE);
  t.same(warnings(server.notes()), [
    'Warning Failed to create worker statefulset for leader pod x-0: a StatefulSet x-0 that nobody controls is in the way: delete it, or create this LeaderWorkerSet under another name',
  ]);
  await process.stop();
});

void t.test('a leader that was made without admission', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet({ spec: { replicas: 1 } }));
  const process = await lead();
  const repaired = 'delete Pod x-0';
  const unplaced = (uid: string): KubeObject => {
    const pod = leaderPod(server, 0);
    const { [LABEL.groupIndex]: _, ...labels } = pod.metadata.labels ?? {};
    const owner = { kind: 'StatefulSet', name: 'x', uid: server.get('StatefulSet', 'x')?.metadata.uid ?? '' };
    const ownerReferences = [{ apiVersion: 'apps/v1', ...owner, controller: true }];
    return { ...pod, metadata: { ...pod.metadata, uid, labels, ownerReferences } };
  };
  server.takeRequests();
  for (const [attempt, minutes] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    server.put(unplaced(`attempt ${attempt}`));
    await advance(minutes * MINUTE - 10_000);
    t.equal(count(server.takeRequests(), repaired), 0, `is left alone for ${minutes} minutes`);
    await advance(20_000);
    const requests = server.takeRequests();
    t.equal(count(requests, repaired), 1, 'and deleted then');
    t.equal(count(requests, 'create StatefulSet x-0'), 0, 'it never gets workers');
  }
  t.match(warnings(server.notes()), [
    'Warning Leader pod x-0 was made without admission, deleted leader pod x-0 to recreate group 0',
  ]);
  server.put(leaderPod(server, 0));
  await advance(180 * MINUTE);
  t.equal(count(server.takeRequests(), 'create StatefulSet x-0'), 1, 'the next one, with its place, gets workers');
  server.put(unplaced('much later'));
  await advance(MINUTE + 10_000);
  t.equal(count(server.takeRequests(), repaired), 1, 'what was long ago makes nobody wait');
  await process.stop();
});

void t.test('leaders that lose the label by which they are watched', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet({ spec: { replicas: 4 }, template: { size: 1 } }));
  const process = await lead();
  for (const index of [0, 1, 2, 3]) server.put(leaderPod(server, index));
  await advance(MINUTE);
  const workerTemplate = { spec: { containers: [{ name: 'main', image: 'new' }] } };
  const { leaderWorkerTemplate } = setOf(server).spec;
  server.put(withSpec(setOf(server), { leaderWorkerTemplate: { ...leaderWorkerTemplate, workerTemplate } }));
  await advance(MINUTE);
  const leaders = server.get('StatefulSet', 'x');
  if (leaders === undefined) throw new Error('there are no leaders');
  server.takeRequests();
  const { [LABEL.name]: name, ...labels } = leaders.metadata.labels ?? {};
  server.put({ ...leaders, metadata: { ...leaders.metadata, labels } });
  await advance(MINUTE);
  const after = server.get('StatefulSet', 'x');
  t.equal(after?.metadata.labels?.[LABEL.name], name, 'get it back');
  t.same(after?.spec, leaders.spec, 'and nothing else: the rollout goes on where it was');
  t.same(count(server.takeRequests(), 'apply StatefulSet x'), 0);
  await process.stop();
});

void t.test('an old group that starts over again and again', async (t) => {
  const { server, advance, lead } = setUp();
  const partition = (): unknown =>
    (server.get('StatefulSet', 'x') as { spec?: { updateStrategy?: { rollingUpdate?: { partition?: number } } } }).spec
      ?.updateStrategy?.rollingUpdate?.partition;
  server.put(leaderWorkerSet({ spec: { replicas: 2 }, template: { size: 1 } }));
  const process = await lead();
  server.put(leaderPod(server, 0, 0, 'Pending'));
  server.put(leaderPod(server, 1));
  const old = leaderPod(server, 0, 0, 'Pending');
  await advance(MINUTE);
  const workerTemplate = { spec: { containers: [{ name: 'main', image: 'new' }] } };
  const { leaderWorkerTemplate } = setOf(server).spec;
  server.put(withSpec(setOf(server), { leaderWorkerTemplate: { ...leaderWorkerTemplate, workerTemplate } }));
  for (let minute = 1; minute <= 8; minute += 1) {
    server.remove(old);
    await advance(MINUTE / 2);
    server.put({ ...old, metadata: { ...old.metadata, uid: `leader ${minute}` } });
    await advance(MINUTE / 2);
  }
  t.equal(partition(), 2, 'is waited for');
  await advance(2 * MINUTE);
  t.equal(partition(), 1, 'for ten minutes, whichever leader it has');
  await process.stop();
});

void t.test('a set that gets no Service', async (t) => {
  const { server, advance, lead } = setUp();
  const release = server.refuse('Service', 'exceeded quota');
  server.put(leaderWorkerSet());
  const process = await lead();
  await advance(MINUTE);
  t.ok(server.get('StatefulSet', 'x'), 'gets leaders all the same');
  t.ok(setOf(server).status?.conditions, 'and a status');
  t.ok(process.lines.length > 3, 'its Service is asked for again and again');
  t.ok(warnings(server.notes()).every((note) => /^Warning Failed to create headless service .*quota$/.test(note)));
  release();
  await advance(20 * MINUTE);
  t.ok(server.get('Service', 'x'), 'until there is one');
  await process.stop();
});

void t.test('a pod that carries the labels of a set and none of its names', async (t) => {
  const { server } = setUp();
  server.put(leaderWorkerSet());
  const stop = new AbortController();
  const caches = createCaches({ client: server.client, gangScheduling: false, log: createQuietLog().log });
  const watching = allCaches(caches).map((cache) => cache.run(stop.signal));
  await Promise.all(allCaches(caches).map((cache) => cache.synced()));
  const recalled: string[] = [];
  const { clock } = createFakeClock();
  const memories = createGroupMemories(() => 0);
  const observe = createGroupObserver({
    caches,
    memories: {
      ...memories,
      recall: (...of) => {
        recalled.push(of[0]);
        return memories.recall(...of);
      },
    },
    repairs: createRepairDelays(clock),
    client: server.client,
    gangScheduling: false,
  });
  for (const name of ['debug-0', 'x-0']) {
    const pod = leaderPod(server, 0);
    server.put({ ...pod, metadata: { ...pod.metadata, name, uid: name } });
    await observe(`${NAMESPACE}/${name}`);
  }
  t.same(recalled, ['default/x'], 'is not remembered');
  stop.abort();
  await Promise.all(watching);
});

void t.test('a headless Service that was there before', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(service);
  server.put(leaderWorkerSet());
  const process = await lead();
  server.takeRequests();
  await advance(10 * MINUTE);
  t.same([...new Set(server.takeRequests())], ['list Service x'], 'is used, and looked at now and then');
  server.remove(service);
  await advance(MINUTE);
  t.same(
    server.get('Service', 'x')?.metadata.labels,
    { [LABEL.name]: 'x' },
    'is replaced by one of ours once it is gone',
  );
  server.takeRequests();
  await advance(10 * MINUTE);
  t.same(server.takeRequests(), [], 'and then left alone');
  await process.stop();
});

void t.test('what the API server refused counts as never sent', async (t) => {
  const { server, advance, lead } = setUp();
  const set = leaderWorkerSet();
  server.put(set);
  const process = await lead();
  const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: {} }];
  server.put(
    withSpec(setOf(server), { leaderWorkerTemplate: { ...set.spec.leaderWorkerTemplate, volumeClaimTemplates } }),
  );
  server.takeRequests();
  await advance(MINUTE);
  t.equal(count(server.takeRequests(), 'apply StatefulSet x'), 1, 'it is sent once');
  t.match(warnings(server.notes()), [/volumeClaimTemplates cannot change once the set exists/], 'the user is told');
  server.put(withSpec(setOf(server), set.spec));
  await advance(MINUTE);
  t.equal(count(server.takeRequests(), 'apply StatefulSet x'), 0, 'changed back, nothing has to be sent');
  await process.stop();
});

void t.test('the annotation that says which restarts count', async (t) => {
  const { server, advance, lead } = setUp();
  const annotations = { [ANNOTATION.recreateGroupAfterStart]: 'true' };
  server.put(leaderWorkerSet({ spec: { replicas: 2 }, template: { size: 1 }, metadata: { annotations } }));
  const process = await lead();
  server.put(leaderPod(server, 0, 1));
  server.put(leaderPod(server, 1, 1, 'Pending'));
  await advance(MINUTE);
  server.takeRequests();
  server.put({ ...setOf(server), metadata: { ...setOf(server).metadata, annotations: {} } });
  await advance(10);
  t.same(
    server.takeRequests().filter((request) => request.startsWith('delete')),
    ['delete Pod x-1'],
    'starts a group over that restarts in its start; what belonged to the start of another stays forgiven',
  );
  await process.stop();
});

void t.test('a process whose watch of sets lags when it begins to lead', async (t) => {
  const { server, advance, lead, startProcess } = setUp();
  server.put(leaderWorkerSet());
  const first = await lead();
  const second = await startProcess();
  const release = server.holdBack('LeaderWorkerSet');
  await first.stop();
  // What the first did for a spec that the second does not know yet.
  server.put(withSpec(setOf(server), { replicas: 5 }));
  const third = await lead();
  await third.stop();
  t.match(server.get('StatefulSet', 'x'), { spec: { replicas: 5 } }, 'after a newer spec was applied');
  server.takeRequests();
  await second.lead();
  t.same([...new Set(server.takeRequests())], ['list LeaderWorkerSet x'], 'asks before it undoes that');
  await release();
  await advance(MINUTE);
  t.match(server.get('StatefulSet', 'x'), { spec: { replicas: 5 } });
  t.same(
    server.takeRequests().filter((request) => request.startsWith('apply')),
    [],
    'and has nothing to do once its watch has caught up',
  );
  server.put(withSpec(setOf(server), { replicas: 6 }));
  await advance(MINUTE);
  server.put(withSpec(setOf(server), { replicas: 7 }));
  await advance(MINUTE);
  t.equal(count(server.takeRequests(), 'list LeaderWorkerSet x'), 1, 'it asks once');
  await second.stop();
});

void t.test('a process whose watch of StatefulSets lags when it begins to lead', async (t) => {
  const { server, advance, lead, startProcess } = setUp();
  server.put(leaderWorkerSet());
  const first = await lead();
  const second = await startProcess();
  const release = server.holdBack('StatefulSet');
  server.put(withSpec(setOf(server), { replicas: 5 }));
  await advance(1_000);
  await first.stop();
  server.put(withSpec(setOf(server), { replicas: 6 }));
  await second.lead();
  t.match(server.get('StatefulSet', 'x'), { spec: { replicas: 5 } }, 'writes nothing over what it has not seen');
  await release();
  await advance(MINUTE);
  t.match(server.get('StatefulSet', 'x'), { spec: { replicas: 6 } }, 'goes on once its watch has caught up');
  await second.stop();
});

void t.test('a set that is deleted while its watch lags', async (t) => {
  const { server, advance, lead } = setUp();
  server.put(leaderWorkerSet());
  const process = await lead();
  const release = server.holdBack('LeaderWorkerSet');
  server.remove(setOf(server));
  const key = server.get('StatefulSet', 'x')?.metadata.labels?.[LABEL.revision] ?? '';
  const parts = [
    { apiVersion: 'apps/v1', kind: 'ControllerRevision', name: `x-${key}-1` },
    { apiVersion: 'v1', kind: 'Service', name: 'x' },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'x' },
  ];
  server.takeRequests();
  for (const { apiVersion, kind, name } of parts) {
    server.remove({ apiVersion, kind, metadata: { name, namespace: NAMESPACE } });
    await advance(MINUTE);
  }
  t.same([...new Set(server.takeRequests())], ['list LeaderWorkerSet x'], 'gets nothing again, whatever goes first');
  await release();
  await process.stop();
});

void t.test('a group of one whose restarts count after its start', async (t) => {
  const { server, advance, lead } = setUp();
  const template = { size: 1, restartPolicy: 'RecreateGroupAfterStart' } as const;
  server.put(leaderWorkerSet({ spec: { replicas: 1 }, template }));
  const first = await lead();
  server.put(leaderPod(server, 0, 2, 'Pending'));
  await advance(100);
  server.put(leaderPod(server, 0, 2));
  await advance(MINUTE);
  await first.stop();
  t.ok(server.get('StatefulSet', 'x')?.metadata.annotations?.[ANNOTATION.incarnations], 'is recorded');
  const second = await lead();
  server.takeRequests();
  for (const look of ['1', '2', '3']) {
    const pod = leaderPod(server, 0, 2);
    server.put({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, look } } });
    await advance(100);
  }
  t.same(server.takeRequests(), [], 'costs no request when it is looked at');
  server.put(leaderPod(server, 0, 3));
  await advance(100);
  t.equal(count(server.takeRequests(), 'delete Pod x-0'), 1, 'starts over with the next restart');
  await second.stop();
});

void t.test('a process that stops in the middle of a write', async (t) => {
  const create: RestClient['create'] = (_, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const { server, lead } = setUp((client) => ({ ...client, create }));
  server.put(leaderWorkerSet());
  const process = await lead();
  await process.stop();
  t.same(process.lines, [], 'gives it up, which is no error');
});

void t.test('what is remembered for a while', (t) => {
  let now = 0;
  const map = createExpiringMap<string>({ monotonicMs: () => now });
  map.set('a', 'first', 100);
  map.set('b', 'second', 200);
  t.same([map.get('a'), map.get('b'), map.size()], ['first', 'second', 2]);
  now = 100;
  t.same([map.get('a'), map.get('b')], [undefined, 'second'], 'is forgotten in its time');
  map.set('c', 'third', 100);
  t.equal(map.size(), 2, 'takes no memory then');
  map.delete('c');
  t.equal(map.get('c'), undefined);
  t.end();
});

import t from 'tap';
import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import { createReconcilers } from '../../src/controller/reconcilers.ts';
import { createGroupMetrics } from '../../src/telemetry/group-metrics.ts';
import { leaderWorkerSet } from '../core/fixtures/observed-group.ts';
import { createFakeClock } from '../kube/fake-clock.ts';
import { createQuietLog } from '../kube/quiet-log.ts';
import { createFakeApiServer } from './fake-api-server.ts';

const SECOND = 1_000;
const namespace = 'default';

const timeOf = (seconds: number): string => new Date(Date.UTC(2026, 0, 2, 0, 0, seconds)).toISOString();

const setUp = () => {
  const server = createFakeApiServer();
  const { clock, advance } = createFakeClock();

  /** A process that leads; its metrics are read as `name{label}` and value, without buckets and zeros. */
  const startProcess = async () => {
    const metrics = createGroupMetrics();
    const reconcilers = createReconcilers({
      client: server.client,
      gangScheduling: false,
      instance: 'test',
      log: createQuietLog().log,
      clock,
      metrics: { groups: metrics },
    });
    const stop = new AbortController();
    const running = [reconcilers.watch(stop.signal)];
    await reconcilers.synced();
    const read = async (): Promise<Record<string, number>> => {
      const shown: Record<string, number> = {};
      for (const { name, values } of await metrics.readFamilies())
        for (const { labels, value, ...more } of values) {
          const series = 'metricName' in more ? String(more.metricName) : name;
          if (value !== 0 && !series.endsWith('_bucket')) shown[[series, ...Object.values(labels)].join(' ')] = value;
        }
      return shown;
    };
    return {
      read,
      lead: async () => {
        running.push(reconcilers.reconcile(stop.signal));
        await advance(2 * SECOND);
      },
      stop: async () => {
        stop.abort();
        await advance(5 * SECOND);
        await Promise.all(running);
      },
    };
  };

  const lead = async () => {
    const process = await startProcess();
    await process.lead();
    return process;
  };

  const revision = (): string => server.get('StatefulSet', 'x')?.metadata.labels?.[LABEL.revision] ?? '';

  type PodOptions = { readonly uid?: string; readonly restarts?: number; readonly readyAt?: number };

  /** A pod of group 0 as the StatefulSet controller makes it: created at second 0; not ready, and not placed yet, unless said otherwise. */
  const putPod = async (name: string, { uid = name, restarts = 0, readyAt }: PodOptions = {}): Promise<void> => {
    const [, group = '', worker = '0'] = name.split('-');
    const owner = worker === '0' ? 'x' : `x-${group}`;
    const labels = {
      [LABEL.name]: 'x',
      [LABEL.groupIndex]: group,
      [LABEL.workerIndex]: worker,
      [LABEL.revision]: revision(),
    };
    const size = String((server.get('LeaderWorkerSet', 'x') as LeaderWorkerSet).spec.leaderWorkerTemplate.size);
    const ownerUid = server.get('StatefulSet', owner)?.metadata.uid ?? '';
    server.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        uid,
        labels,
        annotations: { [ANNOTATION.size]: size },
        creationTimestamp: timeOf(0),
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: ownerUid, controller: true }],
      },
      spec: { containers: [{ name: 'main' }] },
      status: {
        phase: readyAt === undefined ? 'Pending' : 'Running',
        conditions:
          readyAt === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: timeOf(readyAt) }],
        containerStatuses: [{ name: 'main', restartCount: restarts }],
      },
    } as Parameters<typeof server.put>[0]);
    await advance(2 * SECOND);
  };

  const putWorkersAvailable = async (name: string, availableReplicas: number): Promise<void> => {
    const found = server.get('StatefulSet', name);
    if (found === undefined) throw new Error(`no StatefulSet ${name}`);
    const { generation: observedGeneration } = found.metadata;
    const status = { observedGeneration, availableReplicas, currentRevision: 'a', updateRevision: 'a' };
    server.put({ ...found, status } as typeof found);
    await advance(2 * SECOND);
  };

  return { server, advance, startProcess, lead, putPod, putWorkersAvailable };
};

const setOfSize = (size: number, more: Parameters<typeof leaderWorkerSet>[0] = {}): LeaderWorkerSet =>
  leaderWorkerSet({ ...more, spec: { replicas: 1, ...more.spec }, template: { size, ...more.template } });

const notReady = (seconds: number): object => ({ lws_group_longest_not_ready_seconds: seconds });
const ready = { 'lws_groups ready': 1 };
const startedOnce = { lws_group_ready_duration_seconds_count: 1 };

void t.test('a replica that does not lead tells of no groups', async (t) => {
  const { server, startProcess } = setUp();
  server.put(setOfSize(1));
  const process = await startProcess();
  t.strictSame(await process.read(), {});
  await process.lead();
  t.strictSame(await process.read(), { 'lws_groups missing': 1 });
  await process.stop();
  t.strictSame(await process.read(), {}, 'nor does one that leads no longer');
});

void t.test('a group is counted from its start to its end', async (t) => {
  const { server, advance, lead, putPod, putWorkersAvailable } = setUp();
  server.put(setOfSize(2));
  const process = await lead();
  t.strictSame(await process.read(), { 'lws_groups missing': 1 });
  await putPod('x-0');
  t.strictSame(await process.read(), { 'lws_groups pending': 1, ...notReady(2) }, 'since the first look at it');
  await putPod('x-0', { readyAt: 7 });
  await putPod('x-0-1');
  t.strictSame(await process.read(), { 'lws_groups pending': 1, ...notReady(6) });
  await putPod('x-0-1', { readyAt: 30 });
  t.strictSame(await process.read(), { 'lws_groups unready': 1, ...notReady(8) });
  await putWorkersAvailable('x-0', 1);
  const wasReady = { ...ready, ...startedOnce, lws_group_ready_duration_seconds_sum: 30 };
  t.strictSame(await process.read(), wasReady, 'ready with its last pod');
  await putWorkersAvailable('x-0', 0);
  await putWorkersAvailable('x-0', 1);
  t.strictSame(await process.read(), wasReady, 'once, though it lost its readiness in between');

  const next = await lead();
  t.strictSame(await next.read(), ready, 'and not again by the next process');
  await next.stop();

  server.remove({
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    metadata: { name: 'x', namespace },
  });
  for (const kind of ['StatefulSet', 'Pod'])
    for (const name of kind === 'Pod' ? ['x-0', 'x-0-1'] : ['x', 'x-0'])
      server.remove({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, metadata: { name, namespace } });
  await advance(2 * SECOND);
  t.strictSame(
    await process.read(),
    { ...startedOnce, lws_group_ready_duration_seconds_sum: 30 },
    'with its set it goes, which is no restart',
  );
  await process.stop();
});

void t.test('a group that starts while the leader changes is observed by the next one', async (t) => {
  const { server, lead, putPod } = setUp();
  server.put(setOfSize(1));
  const first = await lead();
  await putPod('x-0');
  await first.stop();
  const second = await lead();
  await putPod('x-0', { readyAt: 600 });
  t.strictSame(await second.read(), { ...ready, ...startedOnce, lws_group_ready_duration_seconds_sum: 600 });
  await second.stop();
});

void t.test('a group that starts over is counted once, by the cause', async (t) => {
  const { server, lead, putPod } = setUp();
  server.put(setOfSize(1));
  const process = await lead();
  await putPod('x-0', { uid: 'first', readyAt: 1 });
  await putPod('x-0', { uid: 'first', readyAt: 1, restarts: 1 });
  t.equal(server.get('Pod', 'x-0'), undefined, 'the leader was deleted');
  const { 'lws_group_restarts_total container_restarted': restarted, ...others } = await process.read();
  t.equal(restarted, 1);
  t.notMatch(Object.keys(others).join(), /restarts/, 'and for no other cause');
  await putPod('x-0', { uid: 'second', readyAt: 1 });
  server.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x-0', namespace } });
  await putPod('x-0', { uid: 'third', readyAt: 1 });
  t.match(await process.read(), {
    'lws_group_restarts_total container_restarted': 1,
    'lws_group_restarts_total pod_deleted': 1,
    lws_group_ready_duration_seconds_count: 3,
  });
  await process.stop();
});

void t.test('a set that is deleted has no restarts, whichever watch tells first', async (t) => {
  const { server, advance, lead, putPod } = setUp();
  server.put(setOfSize(1));
  const process = await lead();
  await putPod('x-0', { readyAt: 1 });
  const tellOfSets = server.holdBack('LeaderWorkerSet');
  server.remove({
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    metadata: { name: 'x', namespace },
  });
  server.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x-0', namespace } });
  await advance(0.5 * SECOND);
  await tellOfSets();
  await advance(2 * SECOND);
  t.notMatch(Object.keys(await process.read()).join(), /restarts/);
  await process.stop();
});

void t.test('a rollout takes the time that its condition holds', async (t) => {
  const { server, advance, lead, putPod } = setUp();
  server.put(setOfSize(1));
  const process = await lead();
  await putPod('x-0', { uid: 'old', readyAt: 1 });
  const set = server.get('LeaderWorkerSet', 'x') as LeaderWorkerSet;
  const changed = setOfSize(1, { template: { workerTemplate: { spec: { containers: [{ name: 'other' }] } } } });
  server.put({ ...set, spec: changed.spec });
  await advance(60 * SECOND);
  t.strictSame(await process.read(), {
    ...ready,
    ...startedOnce,
    lws_group_ready_duration_seconds_sum: 1,
    lws_groups_outdated: 1,
    lws_rollouts_in_progress: 1,
    lws_rollout_longest_running_seconds: 60,
  });
  const next = await lead();
  t.match(await next.read(), { lws_rollout_longest_running_seconds: 62 }, 'also for a process that came later');
  server.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x-0', namespace } });
  await putPod('x-0', { uid: 'new', readyAt: 1 });
  const shown = await next.read();
  t.match(shown, { ...ready, lws_rollout_duration_seconds_count: 1 });
  t.notMatch(Object.keys(shown).join(), /restarts|in_progress|outdated/, 'which is no restart');
  t.ok((shown['lws_rollout_duration_seconds_sum'] ?? 0) >= 62, 'the time before that process included');
  await next.stop();
  await process.stop();
});

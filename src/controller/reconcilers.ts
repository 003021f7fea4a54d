import { decideGroup } from '../core/reconcile/decide-group.ts';
import { decideLeaderWorkerSet } from '../core/reconcile/decide-leader-worker-set.ts';
import { groupSize } from '../core/desired/pod-template.ts';
import { leaderGroupSize } from '../core/observed/group.ts';
import { restartRule } from '../core/restart/find-failure.ts';
import { type Clock, systemClock } from '../kube/clock.ts';
import { createEventRecorder } from '../kube/event-recorder.ts';
import type { InformerMetrics } from '../kube/informer-cache.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { createAct } from './act.ts';
import { type Caches, allCaches, createCaches, groupKeyOf, keyOf } from './caches.ts';
import { createGroupObserver, groupOf } from './group/observe.ts';
import { createGroupMemories } from './group-memories.ts';
import { isGone } from './leader-worker-set/is-gone.ts';
import { createSetObserver } from './leader-worker-set/observe.ts';
import { type ControllerMetrics, type ReconcileResult, runController } from './run-controller.ts';
import { watchCaches } from './watches.ts';
import { type WorkQueueMetrics, createWorkQueue } from './work-queue.ts';

export type ReconcilerOptions = {
  readonly client: RestClient;
  readonly gangScheduling: boolean;
  /** Names this process in events. */
  readonly instance: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly metrics?: InformerMetrics & ControllerMetrics & { readonly queue?: WorkQueueMetrics };
};

export type Reconcilers = {
  /** Fills the caches and keeps them up to date until the signal is aborted. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  readonly synced: () => Promise<void>;
  /** Reconciles until the signal is aborted, and writes nothing from then on; resolves when the last reconcile has ended. */
  readonly reconcile: (signal: AbortSignal) => Promise<void>;
  readonly secondsSinceActivity: () => number;
};

const WORKERS = { sets: 4, groups: 16 } as const;
const FLUSH_EVENTS_MS = 2_000;

const inMs = (seconds: number | undefined): ReconcileResult =>
  seconds === undefined ? undefined : { requeueAfterMs: seconds * 1000 };

const cacheByKind = (caches: Caches) => {
  const kinds = {
    LeaderWorkerSet: caches.sets,
    Pod: caches.pods,
    StatefulSet: caches.statefulSets,
    Service: caches.services,
    ControllerRevision: caches.revisions,
    PodGroup: caches.podGroups,
  };
  return ({ kind }: { readonly kind: string }) => kinds[kind as keyof typeof kinds] as never;
};

/** Puts the reconcilers together: caches, queues, and the two loops that observe, decide and act. */
export const createReconcilers = (options: ReconcilerOptions): Reconcilers => {
  const { client, gangScheduling, instance, log, clock = systemClock, metrics } = options;
  const caches = createCaches({ client, gangScheduling, log, metrics });
  const memories = createGroupMemories(() => clock.monotonicMs());
  const observer = createSetObserver(caches, memories, () => clock.monotonicMs());
  const queueMetrics = metrics?.queue === undefined ? {} : { metrics: metrics.queue };
  const recorder = createEventRecorder({
    client,
    reportingController: 'leaderworkerset',
    reportingInstance: instance,
    log,
    clock,
  });

  const reconcile = async (signal: AbortSignal): Promise<void> => {
    const sets = createWorkQueue({ name: 'leaderworkerset', clock, ...queueMetrics });
    const groups = createWorkQueue({ name: 'pod', clock, ...queueMetrics });
    watchCaches({ caches, sets, groups, observer, memories });
    for (const { metadata } of caches.sets.list()) sets.add(keyOf(metadata.namespace, metadata.name));
    for (const pod of caches.pods.list()) groups.add(groupKeyOf(pod));
    const act = createAct({ client, recorder, cacheOf: cacheByKind(caches), clock, signal });

    const reconcileSet = async (key: string): Promise<ReconcileResult> => {
      const observed = observer.observe(key);
      if (observed === undefined || (await isGone(client, observed))) return undefined;
      const actions = decideLeaderWorkerSet(observed, new Date(clock.now()));
      if (actions.some(({ kind }) => kind === 'patchStatus')) observer.statusWritten(key);
      const again = await act(actions);
      for (const action of actions) if (action.kind === 'apply') observer.applied(key, action.object);
      return inMs(again);
    };

    const observeGroup = createGroupObserver(caches, memories, client, gangScheduling);
    const reconcileGroup = async (key: string): Promise<ReconcileResult> => {
      const observed = await observeGroup(key);
      const { actions, memory } = decideGroup(observed);
      const again = await act(actions);
      const { set, leader } = observed;
      if (memory === undefined || set === undefined || leader === undefined) return inMs(again);
      const { setKey, index } = groupOf(key);
      if (observed.revision === undefined) sets.add(setKey);
      const group = { size: leaderGroupSize(leader, groupSize(set)), rule: restartRule(set) };
      if (memories.keep(setKey, index, group, memory)) sets.add(setKey);
      return inMs(again);
    };

    const common = { log, signal, ...(metrics === undefined ? {} : { metrics }) };
    await Promise.all([
      runController({
        ...common,
        name: 'leaderworkerset',
        queue: sets,
        workers: WORKERS.sets,
        reconcile: reconcileSet,
      }),
      runController({ ...common, name: 'pod', queue: groups, workers: WORKERS.groups, reconcile: reconcileGroup }),
    ]);
    await recorder.flush(FLUSH_EVENTS_MS);
  };

  return {
    watch: async (signal) => {
      await Promise.all(allCaches(caches).map((cache) => cache.run(signal)));
    },
    synced: async () => {
      await Promise.all(allCaches(caches).map((cache) => cache.synced()));
    },
    reconcile,
    secondsSinceActivity: () => Math.max(...allCaches(caches).map((cache) => cache.secondsSinceActivity())),
  };
};

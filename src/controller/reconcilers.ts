import { decideGroup } from '../core/reconcile/decide-group.ts';
import { decideLeaderWorkerSet } from '../core/reconcile/decide-leader-worker-set.ts';
import { type Clock, systemClock } from '../kube/clock.ts';
import { createEventRecorder } from '../kube/event-recorder.ts';
import { type InformerMetrics, tellProblems } from '../kube/informer-cache.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import type { GroupRecorder } from '../telemetry/group-metrics.ts';
import { createAct } from './act.ts';
import { type Caches, allCaches, createCaches, groupKeyOf, keyOf } from './caches.ts';
import { followGroups } from './follow-groups.ts';
import { createGroupObserver, groupOf } from './group/observe.ts';
import { createRepairDelays } from './group/repair-delays.ts';
import { createGroupFigures } from './group-figures.ts';
import { createGroupMemories } from './group-memories.ts';
import { createLiveComparer } from './leader-worker-set/compare-with-live.ts';
import { revealLeaders } from './leader-worker-set/reveal-leaders.ts';
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
  readonly metrics?: InformerMetrics &
    ControllerMetrics & { readonly queue?: WorkQueueMetrics; readonly groups?: GroupRecorder };
};

export type Reconcilers = {
  /** Fills the caches and keeps them up to date until the signal is aborted. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  readonly synced: () => Promise<void>;
  /** What keeps caches from being complete for the first time; undefined when all have been. */
  readonly unsynced: () => string | undefined;
  /** Reconciles until the signal is aborted, and writes nothing from then on; resolves when the last reconcile has ended. */
  readonly reconcile: (signal: AbortSignal) => Promise<void>;
  readonly secondsSinceActivity: () => number;
};

const WORKERS = { sets: 4, groups: 16 } as const;
const FLUSH_EVENTS_MS = 2_000;

/** The cache shows the change earlier, as a rule. */
const CHANGED_SECONDS = 1;

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
  const repairs = createRepairDelays(clock);
  const live = createLiveComparer(client);
  const observer = createSetObserver(caches, memories, () => clock.monotonicMs());
  const queueMetrics = metrics?.queue === undefined ? {} : { metrics: metrics.queue };
  const groupMetrics = metrics?.groups;
  const recorder = createEventRecorder({
    client,
    reportingController: 'leaderworkerset',
    reportingInstance: instance,
    log,
    clock,
  });

  const forgetSet = (key: string): void => {
    observer.forget(key);
    memories.forgetSet(key);
    live.forget(key);
  };

  const reconcile = async (signal: AbortSignal): Promise<void> => {
    const sets = createWorkQueue({ name: 'leaderworkerset', clock, ...queueMetrics });
    const groups = createWorkQueue({ name: 'pod', clock, ...queueMetrics });
    watchCaches({ caches, sets, groups, forgetSet, memories });
    const followed = groupMetrics === undefined ? undefined : followGroups(caches, clock, groupMetrics);
    groupMetrics?.leads(createGroupFigures(caches, clock));
    for (const { metadata } of caches.sets.list()) sets.add(keyOf(metadata.namespace, metadata.name));
    for (const pod of caches.pods.list()) groups.add(groupKeyOf(pod));
    const { applied: onApplied } = observer;
    const act = createAct({ client, recorder, cacheOf: cacheByKind(caches), onApplied, clock, signal });

    const reconcileSet = async (key: string): Promise<ReconcileResult> => {
      const observed = observer.observe(key);
      if (observed === undefined) {
        // Once more, for what a reconcile kept that was under way when the set was deleted.
        forgetSet(key);
        return undefined;
      }
      const actions = decideLeaderWorkerSet(observed, new Date(clock.now()));
      const comparison = await live.compare(observed, actions);
      if (comparison !== 'same') return comparison === 'gone' ? undefined : inMs(CHANGED_SECONDS);
      const revealed = await revealLeaders(client, observed, actions);
      if (revealed !== undefined) {
        await act([revealed]);
        return inMs(CHANGED_SECONDS);
      }
      if (actions.some(({ kind }) => kind === 'patchStatus')) observer.statusWritten(key);
      return inMs(await act(actions));
    };

    const observeGroup = createGroupObserver({ caches, memories, repairs, client, gangScheduling });
    const reconcileGroup = async (key: string): Promise<ReconcileResult> => {
      const observed = await observeGroup(key);
      const { actions, kept, failure } = decideGroup(observed);
      if (failure !== undefined && observed.leader !== undefined) followed?.failed(observed.leader, failure.cause);
      const again = await act(actions);
      if (kept === undefined) return inMs(again);
      const { setKey, index } = groupOf(key);
      if (observed.revision === undefined) sets.add(setKey);
      if (memories.keep(setKey, index, kept)) sets.add(setKey);
      return inMs(again);
    };

    const common = { log, signal, writes: signal, ...(metrics === undefined ? {} : { metrics }) };
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
    // What was to be looked at later is nobody's business any more, and its timers would keep the thread from ending.
    sets.shutDown();
    groups.shutDown();
    groupMetrics?.follows();
    await recorder.flush(FLUSH_EVENTS_MS);
  };

  return {
    watch: async (signal) => {
      await Promise.all(allCaches(caches).map((cache) => cache.run(signal)));
    },
    synced: async () => {
      await Promise.all(allCaches(caches).map((cache) => cache.synced()));
    },
    unsynced: () => tellProblems(allCaches(caches)),
    reconcile,
    secondsSinceActivity: () => Math.max(...allCaches(caches).map((cache) => cache.secondsSinceActivity())),
  };
};

import { Worker } from 'node:worker_threads';
import type { Logger, LogLevel } from '../telemetry/logger.ts';
import type { MetricFamilies } from '../telemetry/merge-metrics.ts';
import type { FromReconciler, ReconcilerSettings, ToReconciler } from './reconciler-messages.ts';

export type ReconcilerSupervisor = {
  /** What is wrong with the reconciler's thread; undefined when all is well. */
  readonly problem: () => string | undefined;
  /** What the thread, or an earlier one, has not seen of all that there is to reconcile; undefined once it has seen everything. */
  readonly unsynced: () => string | undefined;
  readonly setLogLevel: (level: LogLevel) => void;
  /** The thread's metrics; empty when it does not answer. */
  readonly readMetrics: () => Promise<MetricFamilies>;
  /** Ends the thread: it finishes the writes under way and gives back the lease. */
  readonly stop: () => Promise<void>;
};

const SILENT_MS = 60_000;
const METRICS_MS = 2_000;
/** Within the grace period of a pod, with a little time left for what is closed afterwards. */
const STOP_MS = 6_000;
const FIRST_RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 30_000;
const STEADY_MS = 60_000;
/**
 * What is read from watches is garbage at once, and V8 counts the buffers that it was read into as if they were old until they are
 * collected: with more room than this, reading all pods anew collected the whole heap nine times, on processors that admission needs.
 */
const YOUNG_MIB = 3;

/** Keeps the reconciler's thread running: one that ends is started again, after a while that grows while it keeps ending early. */
export const superviseReconciler = (
  entry: URL,
  settings: Omit<ReconcilerSettings, 'isSuccessor'>,
  log: Logger,
  now = (): number => performance.now(),
): ReconcilerSupervisor => {
  let worker: Worker | undefined;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;
  let unsynced: string | undefined = 'the reconciler has not begun to read';
  let { logLevel } = settings;
  // Not when a thread begins: one that ends again and again before it says anything is as good as dead.
  let heardAt = now();
  let restartMs = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;
  let nextId = 0;
  const waiting = new Map<number, (families: MetricFamilies) => void>();

  const send = (message: ToReconciler): void => worker?.postMessage(message);

  const hear = (message: FromReconciler): void => {
    if (message.kind === 'metrics') {
      waiting.get(message.id)?.(message.families);
      waiting.delete(message.id);
      return;
    }
    heardAt = now();
    if (unsynced !== undefined) ({ unsynced } = message);
  };

  const start = (): void => {
    const startedAt = now();
    worker = new Worker(entry, {
      workerData: { ...settings, logLevel, isSuccessor: unsynced === undefined } satisfies ReconcilerSettings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    worker.on('message', hear);
    worker.on('error', (error: unknown) => log.error({ error }, 'the reconciler failed'));
    ended = new Promise((resolve) => {
      worker?.on('exit', (code) => {
        worker = undefined;
        resolve();
        if (stopping) return;
        restartMs = now() - startedAt > STEADY_MS ? FIRST_RESTART_MS : Math.min(restartMs * 2, LONGEST_RESTART_MS);
        log.warn({ code, restartMs }, 'the reconciler has ended and will be started again');
        restart = setTimeout(start, restartMs);
      });
    });
  };

  start();
  return {
    problem: () => {
      const silentMs = now() - heardAt;
      return silentMs > SILENT_MS ? `the reconciler has been silent for ${Math.round(silentMs / 1000)} s` : undefined;
    },
    unsynced: () => unsynced,
    setLogLevel: (level) => {
      logLevel = level;
      send({ kind: 'logLevel', level });
    },
    readMetrics: () =>
      new Promise((resolve) => {
        if (worker === undefined) return resolve([]);
        const id = (nextId += 1);
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve([]);
        }, METRICS_MS);
        waiting.set(id, (families) => {
          clearTimeout(timer);
          resolve(families);
        });
        send({ kind: 'metrics', id });
      }),
    stop: async () => {
      stopping = true;
      clearTimeout(restart);
      send({ kind: 'stop' });
      const timer = setTimeout(() => void worker?.terminate(), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};

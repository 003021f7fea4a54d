import { isConflict } from '../kube/api-error.ts';
import { createBreath } from '../kube/breathe.ts';
import type { Log } from '../kube/log.ts';
import type { WorkQueue } from './work-queue.ts';

export type ReconcileResult = { readonly requeueAfterMs?: number } | void;

export type ControllerMetrics = {
  readonly reconciled?: (
    labels: { readonly controller: string; readonly result: 'success' | 'error' | 'requeue' | 'requeue_after' },
    seconds: number,
  ) => void;
  readonly panics?: (controller: string) => void;
  readonly activeWorkers?: (controller: string, count: number) => void;
  readonly workers?: (controller: string, count: number) => void;
};

export type ControllerOptions = {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly workers: number;
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
  readonly log: Log;
  readonly metrics?: ControllerMetrics;
  /** No new key is taken once it is aborted; reconciles under way finish. */
  readonly signal: AbortSignal;
  /** Handed to every reconcile: aborted when writes must stop at once (the lease is lost). */
  readonly writes?: AbortSignal;
};

/** Errors that only a mistake in our own code makes. */
const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

type Outcome = 'success' | 'error' | 'requeue' | 'requeue_after';

/** Works on the queue's keys until the signal is aborted; resolves when the last reconcile has finished. */
export const runController = async (options: ControllerOptions): Promise<void> => {
  const { name, queue, workers, log, metrics, signal } = options;
  const writes = options.writes ?? new AbortController().signal;
  let active = 0;
  const breathe = createBreath();

  const succeed = (key: string, result: ReconcileResult): Outcome => {
    queue.forget(key);
    if (result?.requeueAfterMs === undefined) return 'success';
    queue.addAfter(key, result.requeueAfterMs);
    return 'requeue_after';
  };

  const fail = (key: string, error: unknown): Outcome => {
    queue.addRateLimited(key);
    // Somebody else wrote first: the cache will show it in a moment.
    if (isConflict(error)) return 'requeue';
    if (writes.aborted) return 'error';
    if (isBug(error)) metrics?.panics?.(name);
    log.error({ error, controller: name, key }, 'reconcile failed');
    return 'error';
  };

  const reconcile = async (key: string): Promise<void> => {
    const startedAt = performance.now();
    metrics?.activeWorkers?.(name, ++active);
    let result: Outcome;
    try {
      result = succeed(key, await options.reconcile(key, writes));
    } catch (error) {
      result = fail(key, error);
    }
    queue.done(key);
    metrics?.activeWorkers?.(name, --active);
    metrics?.reconciled?.({ controller: name, result }, (performance.now() - startedAt) / 1000);
  };

  const work = async (): Promise<void> => {
    for (;;) {
      const key = await queue.take(signal);
      if (key === undefined) return;
      await reconcile(key);
      // Reconciles that write nothing wait for nothing: without this, timers such as that of the lease wait for all of them.
      const others = breathe();
      if (others !== undefined) await others;
    }
  };

  metrics?.workers?.(name, workers);
  await Promise.all(Array.from({ length: workers }, work));
};

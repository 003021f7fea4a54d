import { systemClock } from '../kube/clock.ts';
import type { Clock } from '../kube/clock.ts';
import { createDelayedKeys } from './delayed-keys.ts';
import { createRetryDelay } from './retry-delay.ts';
import { createTakers } from './takers.ts';

/** How long the keys now being worked on have taken: together, and the longest. */
export type RunningSeconds = { readonly total: number; readonly longest: number };

export type WorkQueueMetrics = {
  readonly depth?: (name: string, depth: number) => void;
  readonly adds?: (name: string) => void;
  readonly retries?: (name: string) => void;
  readonly queueSeconds?: (name: string, seconds: number) => void;
  readonly workSeconds?: (name: string, seconds: number) => void;
  /** Told once how to ask what the queue's workers are busy with. */
  readonly observeRunning?: (name: string, read: () => RunningSeconds) => void;
};

export type WorkQueueOptions = {
  readonly name: string;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
  readonly clock?: Clock;
  readonly metrics?: WorkQueueMetrics;
};

export type WorkQueue = {
  /** Asks for a key to be worked on; asking again before that changes nothing. */
  readonly add: (key: string) => void;
  /** Adds the key after a while; the earliest of several wins. */
  readonly addAfter: (key: string, ms: number) => void;
  /** Adds the key after a delay that doubles with each call until `forget`. */
  readonly addRateLimited: (key: string) => void;
  readonly forget: (key: string) => void;
  /** The next key, when there is one; undefined once aborted or shut down and empty. Every key taken must be `done`. */
  readonly take: (signal?: AbortSignal) => Promise<string | undefined>;
  readonly done: (key: string) => void;
  readonly depth: () => number;
  readonly shutDown: () => void;
};

/** A queue that never hands out a key to two workers at once, and never loses one (client-go's semantics). */
export const createWorkQueue = (options: WorkQueueOptions): WorkQueue => {
  const { name, baseDelayMs = 5, maxDelayMs = 1_000_000, clock = systemClock, metrics } = options;
  /** In order, with the time when each key was added. */
  const ready = new Map<string, number>();
  /** Since when each key is worked on. */
  const running = new Map<string, number>();
  /** Added while worked on: to be done once more. */
  const again = new Set<string>();
  const takers = createTakers();
  const retryDelay = createRetryDelay({ baseDelayMs, maxDelayMs, clock });
  let isShutDown = false;

  const secondsSince = (time: number): number => (clock.monotonicMs() - time) / 1000;

  const hand = (): string | undefined => {
    const next = ready.entries().next();
    if (next.done === true) return undefined;
    const [key, addedAt] = next.value;
    ready.delete(key);
    running.set(key, clock.monotonicMs());
    metrics?.depth?.(name, ready.size);
    metrics?.queueSeconds?.(name, secondsSince(addedAt));
    return key;
  };

  const makeReady = (key: string): void => {
    ready.set(key, clock.monotonicMs());
    metrics?.depth?.(name, ready.size);
    takers.serve(hand);
  };

  const add = (key: string): void => {
    if (isShutDown || ready.has(key) || again.has(key)) return;
    metrics?.adds?.(name);
    if (running.has(key)) again.add(key);
    else makeReady(key);
  };

  const runningSeconds = (): RunningSeconds => {
    const seconds = Array.from(running.values(), secondsSince);
    return { total: seconds.reduce((sum, each) => sum + each, 0), longest: Math.max(0, ...seconds) };
  };
  metrics?.observeRunning?.(name, runningSeconds);

  const delayed = createDelayedKeys(clock, add);
  const addAfter = (key: string, ms: number): void => {
    if (isShutDown) return;
    if (ms > 0) delayed.add(key, ms);
    else add(key);
  };

  return {
    add,
    addAfter,
    addRateLimited: (key) => {
      metrics?.retries?.(name);
      addAfter(key, retryDelay.nextMs(key));
    },
    forget: retryDelay.forget,

    take: async (signal) => {
      if (signal?.aborted === true) return undefined;
      return hand() ?? (isShutDown ? undefined : takers.wait(signal));
    },

    done: (key) => {
      const startedAt = running.get(key);
      if (startedAt === undefined) return;
      running.delete(key);
      metrics?.workSeconds?.(name, secondsSince(startedAt));
      if (again.delete(key)) makeReady(key);
    },

    depth: () => ready.size,

    shutDown: () => {
      isShutDown = true;
      delayed.clear();
      takers.dismiss();
    },
  };
};

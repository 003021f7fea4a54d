import type { Clock } from './clock.ts';

export type ExpiringCacheOptions<T> = {
  /** How many answers are kept; beyond that the oldest goes. */
  readonly most: number;
  readonly lifeMs: (value: T) => number;
  readonly clock: Clock;
};

type Entry<T> = { readonly promise: Promise<T>; endsAt: number };

/** Remembers answers for a while. Who asks while an answer is on its way gets the same one; failures are not remembered. */
export const createExpiringCache = <T>({ most, lifeMs, clock }: ExpiringCacheOptions<T>) => {
  const entries = new Map<string, Entry<T>>();

  const ask = (key: string, find: () => Promise<T>): Promise<T> => {
    const promise = find();
    const entry: Entry<T> = { promise, endsAt: Infinity };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) if (entries.size > most) entries.delete(oldest);
    promise.then(
      (value) => (entry.endsAt = clock.monotonicMs() + lifeMs(value)),
      () => entries.get(key) === entry && entries.delete(key),
    );
    return promise;
  };

  return {
    /** The remembered answer, or else what `find` finds now. */
    read: (key: string, find: () => Promise<T>): Promise<T> => {
      const entry = entries.get(key);
      return entry !== undefined && clock.monotonicMs() < entry.endsAt ? entry.promise : ask(key, find);
    },
  };
};

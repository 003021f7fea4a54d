import type { Clock } from '../kube/clock.ts';

export type ExpiringMap<T> = {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T, forMs: number) => void;
  readonly delete: (key: string) => void;
  readonly size: () => number;
};

/** Values that are forgotten after their time, also those that nobody asks for again: what has been deleted since takes no memory. */
export const createExpiringMap = <T>(clock: Pick<Clock, 'monotonicMs'>): ExpiringMap<T> => {
  const entries = new Map<string, { readonly value: T; readonly untilMs: number }>();

  const sweep = (): void => {
    const now = clock.monotonicMs();
    for (const [key, { untilMs }] of entries) if (untilMs <= now) entries.delete(key);
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      return entry === undefined || entry.untilMs <= clock.monotonicMs() ? undefined : entry.value;
    },
    set: (key, value, forMs) => {
      sweep();
      entries.set(key, { value, untilMs: clock.monotonicMs() + forMs });
    },
    delete: (key) => void entries.delete(key),
    size: () => entries.size,
  };
};

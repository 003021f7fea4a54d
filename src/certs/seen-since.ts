import type { Clock } from '../kube/clock.ts';

/** Told again and again what there is, answers for how many milliseconds without a gap each of it has been there. */
export const createSeenSince = (clock: Clock) => {
  let since = new Map<string, number>();
  return (keys: Iterable<string>): ReadonlyMap<string, number> => {
    const now = clock.monotonicMs();
    since = new Map([...keys].map((key) => [key, since.get(key) ?? now]));
    return new Map([...since].map(([key, at]) => [key, now - at]));
  };
};

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/kube/clock.ts';

type Timer = { readonly dueAt: number; readonly callback: () => void; readonly background: boolean };

/** Lets everything run that waits for nothing but its turn. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
};

/** A clock that stands still until it is turned by hand. */
export const createFakeClock = (start = Date.UTC(2026, 0, 2, 3, 4, 5)) => {
  const timers = new Set<Timer>();
  let elapsed = 0;

  const clock: Clock = {
    now: () => start + elapsed,
    monotonicMs: () => elapsed,
    after: (ms, callback, { background } = { background: false }) => {
      const timer = { dueAt: elapsed + ms, callback, background };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };

  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ dueAt }) => dueAt <= until).toSorted((a, b) => a.dueAt - b.dueAt)[0];

  const advance = async (ms: number): Promise<void> => {
    const until = elapsed + ms;
    await settle();
    for (let timer = next(until); timer !== undefined; timer = next(until)) {
      timers.delete(timer);
      elapsed = Math.max(elapsed, timer.dueAt);
      timer.callback();
      await settle();
    }
    elapsed = until;
  };

  /** How many timers there are that would keep a process alive. */
  const countTimers = (): number => [...timers].filter(({ background }) => !background).length;

  return { clock, advance, countTimers };
};

/** A clock whose timers go off at once, as if their time had passed, when `passes` says so; the others never do. */
export const createHastyClock = (passes: (ms: number) => boolean) => {
  const waits: number[] = [];
  let elapsed = 0;
  const clock: Clock = {
    now: () => elapsed,
    monotonicMs: () => elapsed,
    after: (ms, callback) => {
      if (!passes(ms)) return () => {};
      const timer = globalThis.setImmediate(() => {
        waits.push(ms);
        elapsed += ms;
        callback();
      });
      return () => globalThis.clearImmediate(timer);
    },
  };
  return { clock, waits };
};

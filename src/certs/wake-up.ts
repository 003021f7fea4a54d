import type { Clock } from '../kube/clock.ts';
import { sleep } from '../kube/sleep.ts';

/** Sleeps that end early when somebody wakes the sleeper; to be woken while awake makes the next sleep end at once. */
export const createWakeUp = (clock: Clock) => {
  let alarm = new AbortController();
  return {
    wake: (): void => alarm.abort(),
    sleep: async (ms: number, signal: AbortSignal): Promise<void> => {
      const ring = (): void => alarm.abort();
      signal.addEventListener('abort', ring, { once: true });
      if (!signal.aborted) await sleep(clock, ms, alarm.signal);
      signal.removeEventListener('abort', ring);
      alarm = new AbortController();
    },
  };
};

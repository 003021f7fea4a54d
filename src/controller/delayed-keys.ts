import type { Clock } from '../kube/clock.ts';

/** Keys that are to come back later, each once, at the earliest of the times asked for. */
export const createDelayedKeys = (clock: Clock, onDue: (key: string) => void) => {
  const waiting = new Map<string, { readonly dueAt: number; readonly cancel: () => void }>();

  return {
    add: (key: string, ms: number): void => {
      const dueAt = clock.monotonicMs() + ms;
      const earlier = waiting.get(key);
      if (earlier !== undefined && earlier.dueAt <= dueAt) return;
      earlier?.cancel();
      const cancel = clock.after(ms, () => {
        waiting.delete(key);
        onDue(key);
      });
      waiting.set(key, { dueAt, cancel });
    },

    clear: (): void => {
      for (const { cancel } of waiting.values()) cancel();
      waiting.clear();
    },
  };
};

/** Workers that wait for a key, first come first served. */
export const createTakers = () => {
  const waiting = new Set<(key: string | undefined) => void>();

  return {
    wait: (signal?: AbortSignal): Promise<string | undefined> =>
      new Promise((resolve) => {
        const leave = (): void => settle(undefined);
        const settle = (key: string | undefined): void => {
          waiting.delete(settle);
          signal?.removeEventListener('abort', leave);
          resolve(key);
        };
        waiting.add(settle);
        signal?.addEventListener('abort', leave, { once: true });
      }),

    /** Gives a key, if `hand` has one, to the worker that has waited longest. */
    serve: (hand: () => string | undefined): void => {
      const [first] = waiting;
      if (first !== undefined) first(hand());
    },

    /** Sends everybody away with nothing. */
    dismiss: (): void => {
      for (const settle of waiting) settle(undefined);
    },
  };
};

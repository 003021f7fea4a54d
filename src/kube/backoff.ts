export type BackoffOptions = {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly random: () => number;
};

/** Delays that double from `baseMs` to `maxMs`, each half certain and half random, until `reset`. */
export const createBackoff = ({ baseMs, maxMs, random }: BackoffOptions) => {
  let failures = 0;
  return {
    nextMs: (): number => {
      const whole = Math.min(maxMs, baseMs * 2 ** failures);
      failures = Math.min(failures + 1, 30);
      return whole / 2 + (whole / 2) * random();
    },
    reset: (): void => {
      failures = 0;
    },
    failures: (): number => failures,
  };
};

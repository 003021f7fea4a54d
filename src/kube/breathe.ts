import { setImmediate } from 'node:timers/promises';

/** Long enough to be cheap, short enough that a timer waiting behind it does not notice. */
const LONGEST_BREATH_MS = 8;

/** Answers a function to be called within long loops: a promise to await when others had to wait long enough, else undefined. */
export const createBreath = (): (() => Promise<void> | undefined) => {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_BREATH_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
};

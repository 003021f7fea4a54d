import { setImmediate, setTimeout } from 'node:timers/promises';

/** Long enough to be cheap, short enough that an admission review waiting behind it does not notice. */
const LONGEST_BREATH_MS = 8;
/** Leaves two thirds of a processor to others, and holds back a server that would otherwise take another one to feed us. */
const PAUSE_MS = 16;

/**
 * Answers a function to be called within long loops: a promise to await when others had to wait long enough, else undefined. Where nobody
 * is in a hurry, it pauses as well.
 */
export const createBreath = (isUnhurried: () => boolean = () => false): (() => Promise<void> | undefined) => {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_BREATH_MS) return undefined;
    const others = isUnhurried() ? setTimeout(PAUSE_MS) : setImmediate();
    return others.then(() => {
      since = performance.now();
    });
  };
};

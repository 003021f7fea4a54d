import { setTimeout } from 'node:timers/promises';

/** Read in half a millisecond, if it is known already, and sent in a few: less than a scheduler gives away at once. */
const STRETCH_BYTES = 64 * 1024;
const PAUSE_MS = 12;

/**
 * Answers a function to be called with the size of what was read: a promise to await, when it is time to pause, else undefined. Where
 * nobody waits for what is read, this is how to read 5 MB a second for the sake of those who share our processors, and those of the
 * server, which it holds back.
 */
export const createReadingPace = (): ((bytes: number) => Promise<void> | undefined) => {
  let stretch = 0;
  return (bytes) => {
    stretch += bytes;
    if (stretch < STRETCH_BYTES) return undefined;
    stretch = 0;
    return setTimeout(PAUSE_MS);
  };
};

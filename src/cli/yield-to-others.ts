import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A third of the weight of a usual thread. It is compared with the threads of this container only. */
const NICENESS = 5;

/**
 * Lets the other threads of this process go first when there are more of them than processors. Linux alone gives each thread a priority of
 * its own; elsewhere, or where it is forbidden, nothing happens.
 */
export const yieldToOthers = (): void => {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, NICENESS);
  } catch {
    // It works as well without.
  }
};

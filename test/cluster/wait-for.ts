import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs?: number;
  everyMs?: number;
}

/**
 * Asks `probe` again and again until it resolves to something other than undefined, false or null, and resolves to that.
 * A probe that throws counts as not yet; after the timeout the last such error is the cause of the one thrown.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  { timeoutMs = 30_000, everyMs = 50 }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await probe();
      if (value !== undefined && value !== false && value !== null) return value;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`no ${what} after ${timeoutMs / 1000} s`, { cause });
    await sleep(everyMs);
  }
}

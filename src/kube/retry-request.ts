import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import { StaleConnectionError } from './exchange.ts';
import { sleep } from './sleep.ts';

/** So that a busy API server slows us down instead of failing us, yet a reconcile does not hang for minutes. */
const MOST_TRIES = 5;
const LONGEST_WAIT_MS = 30_000;

/** Answers after which the server has not acted on the request, and asks for another try. */
const BUSY = new Set([429, 503]);

const waitMs = (error: unknown): number | undefined => {
  // All that we send means the same twice: a create has its name, so the second one finds the first.
  if (error instanceof StaleConnectionError) return 0;
  if (error instanceof ApiError && BUSY.has(error.code)) return error.retryAfterMs;
  return undefined;
};

/** Runs `attempt` again after answers that ask for it by Retry-After, and on stale connections; throws what the last try threw. */
export const retryRequest = async <T>(
  attempt: () => Promise<T>,
  options: { readonly clock: Clock; readonly signal: AbortSignal | undefined },
): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const ms = waitMs(error);
      if (ms === undefined || tries === MOST_TRIES) throw error;
      await sleep(options.clock, Math.min(ms, LONGEST_WAIT_MS), options.signal);
      options.signal?.throwIfAborted();
    }
  }
};

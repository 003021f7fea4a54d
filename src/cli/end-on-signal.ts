import type { Logger } from '../telemetry/logger.ts';

/** Something to close at the end; nothing else waits for it when it fails. */
export type Closing = { readonly name: string; readonly close: () => Promise<unknown> };

export type EndOptions = {
  /** Called at the first signal. */
  readonly drain: () => void;
  /** While these are closed, and at least for `drainMs`, requests are still answered. */
  readonly meanwhile: readonly Closing[];
  readonly drainMs: number;
  /** Closed one after the other at the end. */
  readonly closings: readonly Closing[];
  readonly log: Logger;
};

/** Just less than a pod's grace period, after which the process would be killed without a word. */
const LONGEST_MS = 9_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Ends the process in good order on SIGTERM or SIGINT, with exit code 0: clients are sent away while what they ask is still answered, and
 * only then is everything closed. Exits 1 when that takes too long, and at once on a second signal.
 */
export const endOnSignal = ({ drain, meanwhile, drainMs, closings, log }: EndOptions): void => {
  let isEnding = false;

  const close = async ({ name, close }: Closing): Promise<void> => {
    await close().catch((error: unknown) => log.error({ error, name }, 'could not close'));
  };

  const end = async (signal: string): Promise<void> => {
    if (isEnding) process.exit(1);
    isEnding = true;
    log.info({ signal }, 'shutting down');
    setTimeout(() => {
      log.error({}, 'shutting down takes too long');
      process.exit(1);
    }, LONGEST_MS);
    drain();
    await Promise.all([...meanwhile.map(close), wait(drainMs)]);
    for (const closing of closings) await close(closing);
    process.exit(0);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
};

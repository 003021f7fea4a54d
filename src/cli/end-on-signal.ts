import type { Logger } from '../telemetry/logger.ts';

/** Something to close at the end; nothing else waits for it when it fails. */
export type Closing = { readonly name: string; readonly close: () => Promise<unknown> };

export type EndOptions = {
  /** Called at the first signal. */
  readonly drain: () => void;
  /** While these are closed, and at least for `drainMs`, requests are still answered. */
  readonly meanwhile: readonly Closing[];
  readonly drainMs: number;
  /** Closed at the end, all at once. */
  readonly closings: readonly Closing[];
  readonly log: Logger;
  /** What is left of the closings after this is cut off; two and a half seconds unless given. */
  readonly closeMs?: number;
  /** After this the process ends, whatever it is doing; just less than a pod's grace period unless given. */
  readonly longestMs?: number;
  /** What gets the signals, and is ended. */
  readonly host?: {
    readonly on: (signal: NodeJS.Signals, end: () => void) => unknown;
    readonly exit: (code: 0 | 1) => unknown;
  };
};

/** With the time before, which the reconciler may make six seconds long, this is less than LONGEST_MS. */
const CLOSE_MS = 2_500;
/** A pod's grace period is 10 s; after that the process would be killed without a word. */
const LONGEST_MS = 9_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Ends the process in good order on SIGTERM or SIGINT, with exit code 0: clients are sent away while what they ask is still answered, and
 * only then is everything closed. Exits 1 when that takes too long, and at once on a second signal.
 */
export const endOnSignal = (options: EndOptions): void => {
  const {
    drain,
    meanwhile,
    drainMs,
    closings,
    log,
    closeMs = CLOSE_MS,
    longestMs = LONGEST_MS,
    host = process,
  } = options;
  let isEnding = false;

  const close = async ({ name, close }: Closing): Promise<void> => {
    await close().catch((error: unknown) => log.error({ error, name }, 'could not close'));
  };

  const end = async (signal: string): Promise<void> => {
    if (isEnding) return void host.exit(1);
    isEnding = true;
    log.info({ signal }, 'shutting down');
    setTimeout(() => {
      log.error({}, 'shutting down takes too long');
      host.exit(1);
    }, longestMs).unref();
    drain();
    await Promise.all([...meanwhile.map(close), wait(drainMs)]);
    await Promise.race([Promise.all(closings.map(close)), wait(closeMs)]);
    host.exit(0);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) host.on(signal, () => void end(signal));
};

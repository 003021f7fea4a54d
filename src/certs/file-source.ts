import { watch } from 'node:fs';
import type { Logger } from '../telemetry/logger.ts';
import { type CheckedKeyPair, readKeyPair } from './key-pair-files.ts';

export type FileSourceOptions = {
  readonly directory: string;
  readonly log: Logger;
  /** Called with each new pair. A pair that is no good is not passed on, and one on which this throws is tried again: the one in use stays. */
  readonly onChange: (pair: CheckedKeyPair) => void;
  readonly onRead?: () => void;
  readonly onFailure?: () => void;
};

export type FileSource = {
  readonly current: () => CheckedKeyPair;
  readonly stop: () => void;
};

const SETTLE_MS = 1_000;
/** A watch misses changes on some file systems; looking is cheap. */
const POLL_MS = 10_000;

const isSame = (a: CheckedKeyPair, b: CheckedKeyPair): boolean => a.cert === b.cert && a.key === b.key;

const readFirst = async (directory: string): Promise<CheckedKeyPair> => {
  try {
    return await readKeyPair(directory);
  } catch (error) {
    throw new Error(`no good certificate in ${directory}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
};

/** Serves the key pair in a directory and follows its changes. Rejects when there is no good pair at first. */
export const createFileSource = async (options: FileSourceOptions): Promise<FileSource> => {
  const { directory, log, onChange, onRead, onFailure } = options;
  let current = await readFirst(directory);
  let lastProblem = '';
  onRead?.();

  const look = async (): Promise<void> => {
    try {
      const next = await readKeyPair(directory);
      lastProblem = '';
      if (isSame(next, current)) return;
      onChange(next);
      current = next;
      onRead?.();
      log.info({ directory, expires: next.expires }, 'serving certificate was replaced');
    } catch (error) {
      onFailure?.();
      const problem = String(error);
      if (problem !== lastProblem)
        log.error({ directory, error }, 'the new serving certificate is no good; the old one stays');
      lastProblem = problem;
    }
  };

  let settling: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => void look(), SETTLE_MS).unref();
  };
  // Of the directory, not of the file: the latter would notice the first swap of the link only.
  const watcher = watch(directory, { persistent: false }, settle);
  watcher.on('error', (error) =>
    log.warn({ directory, error }, 'cannot watch the certificate directory; looking every 10 s'),
  );
  const poll = setInterval(() => void look(), POLL_MS).unref();

  return {
    current: () => current,
    stop: () => {
      watcher.close();
      clearTimeout(settling);
      clearInterval(poll);
    },
  };
};

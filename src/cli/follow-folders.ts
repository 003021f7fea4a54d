import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../telemetry/logger.ts';

const SETTLE_MS = 1_000;
/** A watch misses changes on some file systems; looking is cheap. */
const POLL_MS = 10_000;

/**
 * Calls `look` after changes around some files, and every 10 s; it answers the files to follow from then on. Never calls it twice at once.
 * Returns how to stop.
 */
export const followFolders = (
  files: readonly string[],
  look: () => Promise<readonly string[]>,
  log: Logger,
): (() => void) => {
  const watchers = new Map<string, FSWatcher>();
  let settling: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isStopped = false;

  const lookOnce = async (): Promise<void> => {
    if (isStopped) return;
    if (isLooking) return settle();
    isLooking = true;
    try {
      watchAround(await look());
    } catch (error) {
      log.error({ error }, 'could not look for changed files');
    }
    isLooking = false;
  };

  const settle = (): void => {
    // Not put off by further changes: other files of the folder may change all the time.
    settling ??= setTimeout(() => {
      settling = undefined;
      void lookOnce();
    }, SETTLE_MS).unref();
  };

  const watchFolder = (folder: string): void => {
    try {
      watchers.set(
        folder,
        watch(folder, { persistent: false }, settle).on('error', () => forget(folder)),
      );
    } catch {
      // A folder that is not there yet: it is looked for every 10 s.
    }
  };

  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };

  // Of the folders, not of the files: a ConfigMap volume replaces a link beside them.
  const watchAround = (wanted: readonly string[]): void => {
    if (isStopped) return;
    const folders = new Set(wanted.map((file) => dirname(file)));
    for (const folder of watchers.keys()) if (!folders.has(folder)) forget(folder);
    for (const folder of folders) if (!watchers.has(folder)) watchFolder(folder);
  };

  watchAround(files);
  const poll = setInterval(() => void lookOnce(), POLL_MS).unref();
  return () => {
    isStopped = true;
    clearTimeout(settling);
    clearInterval(poll);
    for (const folder of watchers.keys()) forget(folder);
  };
};

import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Returns the folder in which this process prepares what becomes `folder` by a rename once it is whole. */
export const unfinishedFolder = (folder) => `${folder}.tmp-${process.pid}`;

/** Removes what processes that no longer run have left unfinished beside `folder`. */
export function removeUnfinished(folder) {
  const prefix = `${basename(folder)}.tmp-`;
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

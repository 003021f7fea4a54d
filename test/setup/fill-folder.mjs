import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { removeUnfinished, unfinishedFolder } from './unfinished-folder.mjs';

/** Has `fill(unfinished)` fill a folder beside `folder`, which then takes that name; so `folder` never exists half done. */
export async function fillFolder({ folder, isComplete, fill }) {
  const unfinished = unfinishedFolder(folder);
  mkdirSync(unfinished, { recursive: true });
  removeUnfinished(folder);
  try {
    await fill(unfinished);
    // Another first run may have been faster; its programs may be running already.
    if (!isComplete(folder)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

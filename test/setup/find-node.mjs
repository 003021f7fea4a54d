import { join } from 'node:path';
import { readOutput } from './read-output.mjs';
import { SetupError } from './setup-error.mjs';

const OLDEST_MAJOR = 24;

/** Resolves to the Node.js that runs the project: the one pinned in node_modules where it runs, else the current one when it is new enough. */
export async function findNode(root) {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (await readOutput(pinned, ['--version'])) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath;
  throw new SetupError(
    `The project needs Node.js ${OLDEST_MAJOR}, and npm has none for ${process.platform}-${process.arch} while this one is ${process.version}: install Node.js ${OLDEST_MAJOR} and run this again.`,
  );
}

import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { goEnvironment } from './go-environment.mjs';
import { readOutput } from './read-output.mjs';
import { SetupError } from './setup-error.mjs';

// Go's caches of modules and compiled packages are most of it.
const NEEDED_COLD_BYTES = 5.5e9;
const NEEDED_WARM_BYTES = 5e8;

/** Throws a SetupError when the disk of `folder`, or that of the build cache of `go`, is too full to build `what`. */
export async function requireDiskSpace(go, folder, { what }) {
  const goCache = (await readOutput(go, ['env', 'GOCACHE'], { env: goEnvironment(go) })) || folder;
  const isCold = !existsSync(goCache);
  for (const place of [folder, isCold ? dirname(goCache) : goCache]) {
    mkdirSync(place, { recursive: true });
    const { bavail, bsize } = statfsSync(place);
    const needed = isCold ? NEEDED_COLD_BYTES : NEEDED_WARM_BYTES;
    if (bavail * bsize >= needed) continue;
    const free = (bavail * bsize) / 1e9;
    throw new SetupError(
      `Building ${what} needs ${needed / 1e9} GB of disk and ${place} has ${free.toFixed(1)} GB: free some, or point XDG_CACHE_HOME and GOCACHE to a bigger disk.`,
    );
  }
}

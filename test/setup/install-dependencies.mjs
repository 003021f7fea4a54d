import { areDependenciesCurrent } from './are-dependencies-current.mjs';
import { explainFailure } from './explain-failure.mjs';
import { runStep } from './run-step.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';

// Inside `npm run`, npm names its own script: the same npm, even where none is on PATH.
const npm = () =>
  process.env.npm_execpath?.endsWith('npm-cli.js')
    ? { command: process.execPath, args: [process.env.npm_execpath] }
    : { command: 'npm', args: [] };

/** Makes node_modules under `root` match package-lock.json; does nothing when it does already. */
export async function installDependencies(root) {
  if (areDependenciesCurrent(root)) return;
  say('Installing the dependencies with npm ci (about half a minute) …');
  const { command, args } = npm();
  const { code, output } = await runStep({
    title: 'npm ci',
    command,
    args: [...args, 'ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'],
    cwd: root,
    env: process.env,
  });
  if (code === 'missing')
    throw new SetupError('There is no npm on this machine: install Node.js 20 or newer with npm.');
  if (code !== 0) throw explainFailure('Installing the dependencies with npm ci', output);
}

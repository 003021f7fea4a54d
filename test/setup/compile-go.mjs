import { explainFailure } from './explain-failure.mjs';
import { goEnvironment } from './go-environment.mjs';
import { runStep } from './run-step.mjs';

/** Downloads the modules and returns how many packages there are to compile. */
async function resolvePackages({ go, name, cwd, target }) {
  const { code, output } = await runStep({
    title: `downloading the modules of ${name}`,
    command: go,
    args: ['list', '-deps', target],
    cwd,
    env: goEnvironment(go),
    progress: (lines) => (lines > 0 ? `${lines} modules` : ''),
  });
  if (code !== 0) throw explainFailure(`Downloading the Go modules of ${name}`, output);
  return output.split('\n').filter((line) => !line.startsWith('go: ')).length;
}

/** Compiles the package `target` of the Go module in `cwd` to the program `output`, saying how far it is. */
export async function compileGo({ go, name, cwd, target, output, ldflags = '' }) {
  const total = await resolvePackages({ go, name, cwd, target });
  const built = await runStep({
    title: `compiling ${name}`,
    command: go,
    args: ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${ldflags}`, '-o', output, target],
    cwd,
    env: goEnvironment(go),
    progress: (lines) => (lines < total ? `${lines} of ${total} packages` : 'linking'),
  });
  if (built.code !== 0) throw explainFailure(`Compiling ${name}`, built.output);
}

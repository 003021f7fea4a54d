import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder, isComplete, PROGRAMS } from './control-plane-folder.mjs';
import { deriveGoModule } from './derive-go-module.mjs';
import { explainFailure } from './explain-failure.mjs';
import { findGo } from './find-go.mjs';
import { goEnvironment } from './go-environment.mjs';
import { defaultKubernetesVersion } from './kubernetes-version.mjs';
import { readOutput } from './read-output.mjs';
import { runStep } from './run-step.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';

const NEEDED_COLD_BYTES = 5e9;
const NEEDED_WARM_BYTES = 5e8;

const source = (name) => fileURLToPath(new URL(`../cluster/${name}/`, import.meta.url));

/** What a program built outside of Kubernetes' own scripts must be told, or clients that ask for its version fail. */
function versionFlags(version) {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version);
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(values).map(([name, value]) => `-X ${path}.${name}=${value}`))
    .join(' ');
}

async function requireDiskSpace(go, folder) {
  const goCache = (await readOutput(go, ['env', 'GOCACHE'], { env: goEnvironment(go) })) || folder;
  const isCold = !existsSync(goCache);
  for (const place of [folder, isCold ? dirname(goCache) : goCache]) {
    mkdirSync(place, { recursive: true });
    const { bavail, bsize } = statfsSync(place);
    const needed = isCold ? NEEDED_COLD_BYTES : NEEDED_WARM_BYTES;
    if (bavail * bsize >= needed) continue;
    const free = (bavail * bsize) / 1e9;
    throw new SetupError(
      `Building the control plane needs ${needed / 1e9} GB of disk and ${place} has ${free.toFixed(1)} GB: free some, or point XDG_CACHE_HOME and GOCACHE to a bigger disk.`,
    );
  }
}

/** Downloads the modules and returns how many packages there are to compile. */
async function resolvePackages({ go, name, cwd, target }) {
  const { code, output } = await runStep({
    title: `downloading the modules of ${name}`,
    command: go,
    args: ['list', '-deps', target],
    cwd,
    env: goEnvironment(go),
    progress: (lines) => `${lines} modules`,
  });
  if (code !== 0) throw explainFailure(`Downloading the Go modules of ${name}`, output);
  return output.split('\n').filter((line) => !line.startsWith('go: ')).length;
}

async function compile({ go, name, cwd, target, output, ldflags = '' }) {
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

async function moduleFolder(version, unfinished) {
  if (version === defaultKubernetesVersion()) return source('control-plane');
  const folder = join(unfinished, 'module');
  await deriveGoModule(version, folder);
  return folder;
}

/** Builds the six programs of the control plane of Kubernetes `version` and resolves to their folder, which never exists half done. */
export async function buildControlPlane(version) {
  const folder = cachedFolder(version);
  const unfinished = `${folder}.tmp-${process.pid}`;
  say(`Building the control plane of Kubernetes ${version} from Go modules into ${folder}.`);
  say('This takes some minutes the first time (about six on two cores); later runs use what is built now.');
  const go = await findGo();
  mkdirSync(unfinished, { recursive: true });
  try {
    await requireDiskSpace(go, unfinished);
    const cwd = await moduleFolder(version, unfinished);
    const output = join(unfinished, 'control-plane');
    await compile({ go, name: 'control-plane', cwd, target: '.', output, ldflags: versionFlags(version) });
    const kwok = { cwd: source('kwok'), target: 'sigs.k8s.io/kwok/cmd/kwok', output: join(unfinished, 'kwok') };
    await compile({ go, name: 'kwok', ...kwok });
    for (const name of PROGRAMS) if (name !== 'kwok') symlinkSync('control-plane', join(unfinished, name));
    // Another first run may have been faster; its programs may be running already.
    if (!isComplete(folder)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  say('The control plane is built.');
  return folder;
}

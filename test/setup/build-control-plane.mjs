import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder, isComplete, PROGRAMS } from './control-plane-folder.mjs';
import { deriveGoModule } from './derive-go-module.mjs';
import { compileGo } from './compile-go.mjs';
import { fillFolder } from './fill-folder.mjs';
import { findGo } from './find-go.mjs';
import { defaultKubernetesVersion } from './kubernetes-version.mjs';
import { requireDiskSpace } from './require-disk-space.mjs';
import { say } from './say.mjs';
import { versionFlags } from './version-flags.mjs';

const PURPOSE = { what: 'the control plane', setting: 'LWS_CONTROL_PLANE' };

const source = (name) => fileURLToPath(new URL(`../cluster/${name}/`, import.meta.url));

async function moduleFolder(version, unfinished) {
  if (version === defaultKubernetesVersion()) return source('control-plane');
  const folder = join(unfinished, 'module');
  await deriveGoModule(version, folder);
  return folder;
}

/** Builds the six programs of the control plane of Kubernetes `version` and resolves to their folder, which never exists half done. */
export async function buildControlPlane(version) {
  const folder = cachedFolder(version);
  say(`Building the control plane of Kubernetes ${version} from Go modules into ${folder}.`);
  say('This takes some minutes the first time (about six on two cores); later runs use what is built now.');
  const go = await findGo(PURPOSE);
  await requireDiskSpace(go, dirname(folder), PURPOSE);
  const fill = async (unfinished) => {
    const cwd = await moduleFolder(version, unfinished);
    const output = join(unfinished, 'control-plane');
    await compileGo({ go, name: 'control-plane', cwd, target: '.', output, ldflags: versionFlags(version) });
    const kwok = { cwd: source('kwok'), target: 'sigs.k8s.io/kwok/cmd/kwok', output: join(unfinished, 'kwok') };
    await compileGo({ go, name: 'kwok', ...kwok });
    for (const name of PROGRAMS) if (name !== 'kwok') symlinkSync('control-plane', join(unfinished, name));
  };
  await fillFolder({ folder, isComplete, fill });
  say('The control plane is built.');
  return folder;
}

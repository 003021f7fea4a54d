import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileGo } from './compile-go.mjs';
import { explainFailure } from './explain-failure.mjs';
import { fillFolder } from './fill-folder.mjs';
import { findGo } from './find-go.mjs';
import { goEnvironment } from './go-environment.mjs';
import { cachedInstallTools, hasInstallTools } from './install-tools-folder.mjs';
import { requireDiskSpace } from './require-disk-space.mjs';
import { runStep } from './run-step.mjs';
import { say } from './say.mjs';

const PURPOSE = { what: 'Helm and cert-manager', setting: 'LWS_INSTALL_TOOLS' };

const source = (name) => fileURLToPath(new URL(`../cluster/${name}/`, import.meta.url));

/** Copies the CRDs that cert-manager's own module carries, so that they are of the same version. */
async function copyDefinitions(go, folder) {
  const { code, output } = await runStep({
    title: "looking for cert-manager's CRDs",
    command: go,
    args: ['list', '-m', '-f', '{{.Dir}}', 'github.com/cert-manager/cert-manager'],
    cwd: source('cert-manager'),
    env: goEnvironment(go),
  });
  if (code !== 0) throw explainFailure("Looking for cert-manager's CRDs", output);
  cpSync(join(output.trim(), 'deploy', 'crds'), join(folder, 'cert-manager-crds'), { recursive: true });
}

/** Builds Helm and cert-manager and resolves to their folder. */
export async function buildInstallTools() {
  const folder = cachedInstallTools();
  say(`Building Helm and cert-manager, with which the tests install, from Go modules into ${folder}.`);
  say('This takes some minutes the first time (about four on two cores); later runs use what is built now.');
  const go = await findGo(PURPOSE);
  await requireDiskSpace(go, dirname(folder), PURPOSE);
  const fill = async (unfinished) => {
    const compile = (name, target) =>
      compileGo({ go, name, cwd: source(name), target, output: join(unfinished, name) });
    await compile('helm', 'helm.sh/helm/v4/cmd/helm');
    await compile('cert-manager', '.');
    await copyDefinitions(go, unfinished);
  };
  await fillFolder({ folder, isComplete: hasInstallTools, fill });
  say('Helm and cert-manager are built.');
  return folder;
}

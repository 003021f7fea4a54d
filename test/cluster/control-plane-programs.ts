import { cachedFolder, findControlPlane, isComplete } from '../setup/control-plane-folder.mjs';

function folderOfVersion(version: string): string | undefined {
  const folder = cachedFolder(version);
  return isComplete(folder) ? folder : undefined;
}

/**
 * Returns the folder of the control plane's programs, by default of the version that the project is set to (such as `v1.36.3`).
 * Building them, if need be, is up to the set-up that npm's scripts begin with.
 */
export function controlPlanePrograms(kubernetesVersion?: string): string {
  const folder = kubernetesVersion === undefined ? findControlPlane() : folderOfVersion(kubernetesVersion);
  if (folder !== undefined) return folder;
  const setting = kubernetesVersion === undefined ? '' : `LWS_KUBERNETES_VERSION=${kubernetesVersion} `;
  throw new Error(`The control plane is not built: run \`${setting}npm run demo\` once.`);
}

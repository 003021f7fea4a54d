import { findControlPlane } from '../setup/control-plane-folder.mjs';

/** Returns the folder of the control plane's programs; building them, if need be, is up to the set-up that npm's scripts begin with. */
export function controlPlanePrograms(): string {
  const folder = findControlPlane();
  if (folder === undefined) throw new Error('The control plane is not built: run `npm test` or `npm run demo` once.');
  return folder;
}

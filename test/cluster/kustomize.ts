import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ControlPlane } from './start-control-plane.ts';

const KUSTOMIZE = fileURLToPath(new URL('../../deploy/kustomize/', import.meta.url));

export interface Kustomization {
  readonly components: readonly string[];
  readonly patches?: readonly object[];
}

/** Writes a kustomization of the base with some of the components, as a user would, and returns its folder. */
export const writeKustomization = (cluster: ControlPlane, { components, patches = [] }: Kustomization): string => {
  const folder = join(cluster.directory, `kustomization-${components.join('-')}`);
  mkdirSync(folder, { recursive: true });
  const path = (part: string): string => relative(folder, join(KUSTOMIZE, part));
  const kustomization = {
    resources: [path('base')],
    components: components.map((component) => path(`components/${component}`)),
    patches,
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
  return folder;
};

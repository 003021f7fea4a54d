import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findInstallTools } from '../setup/install-tools-folder.mjs';
import type { WrittenObject } from './kube-object.ts';

/** What the tests install with. Building it, if need be, is up to the set-up that `npm test` begins with. */
export interface InstallTools {
  readonly helm: string;
  readonly certManager: string;
  readonly certManagerCRDs: readonly WrittenObject[];
}

const isNotOfACME = ({ metadata }: WrittenObject): boolean => !metadata.name.includes('.acme.');

/** Returns Helm and cert-manager; throws where they are not built. */
export function installTools(): InstallTools {
  const folder = findInstallTools();
  if (folder === undefined) throw new Error('Helm and cert-manager are not built: run `npm test` once.');
  const read = (file: string): WrittenObject[] =>
    parseAllDocuments(readFileSync(join(folder, 'cert-manager-crds', file), 'utf8')).map(
      (document) => document.toJS() as WrittenObject,
    );
  const files = globSync('*.yaml', { cwd: join(folder, 'cert-manager-crds') });
  return {
    helm: join(folder, 'helm'),
    certManager: join(folder, 'cert-manager'),
    certManagerCRDs: files.sort().flatMap(read).filter(isNotOfACME),
  };
}

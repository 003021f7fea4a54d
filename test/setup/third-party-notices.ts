import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

type Manifest = { readonly name: string; readonly version: string; readonly license?: string };

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The folders of the packages of which something is in a bundle. */
const bundledFolders = ({ outputs }: Metafile): string[] => {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (PACKAGE.exec(path) ?? []) : []));
  return [...new Set(folders)];
};

const describe = (folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = readdirSync(folder).filter((file) => LICENCE.test(file));
  // Whoever only names a licence leaves nothing else to pass on.
  if (license === undefined && files.length === 0) throw new Error(`${name} ${version} says nothing of its licence`);
  const texts = files.sort().map((file) => `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`);
  return `${name} ${version} (${license ?? files.join(', ')})\n${texts.join('')}`;
};

/** The names, versions and licences of all packages in a bundle, of which esbuild tells. `root` is the folder that its paths begin in. */
export const thirdPartyNotices = (metafile: Metafile, root: string): string => {
  const notices = bundledFolders(metafile).map((folder) => describe(join(root, folder)));
  // The same version may be there in several places.
  return ['The programs beside this file contain code of these packages.\n', ...new Set(notices.sort())].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
};

import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const readLink = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};

let versions = 0;

/**
 * Writes the data of a Secret (in base64, as the API server sends it) to a folder as the kubelet does for a volume: into a new folder beside the old one, with one link that is
 * replaced, through which a link for each file leads.
 */
export const projectSecret = (directory: string, data: Readonly<Record<string, string>>): void => {
  const version = `..version_${(versions += 1)}`;
  mkdirSync(join(directory, version), { recursive: true });
  for (const [file, content] of Object.entries(data))
    writeFileSync(join(directory, version, file), Buffer.from(content, 'base64'));
  const previous = readLink(join(directory, '..data'));
  symlinkSync(version, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  for (const file of Object.keys(data))
    if (readLink(join(directory, file)) === undefined) symlinkSync(join('..data', file), join(directory, file));
  if (previous !== undefined) rmSync(join(directory, previous), { recursive: true });
};

import { readFile } from 'node:fs/promises';

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EISDIR: 'it is a folder',
};

/** The content of a file; throws an error that names what the file is for, the file, and what is wrong with it. */
export const readTextFile = async (file: string, purpose: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new Error(`cannot read the ${purpose} ${file}: ${CAUSES[code] ?? String(error)}`, { cause: error });
  }
};

import { parseArgs } from 'node:util';

/** The files that `-f` and `--filename` name, or one sentence about what is wrong with the arguments. */
export type FileOptions = { readonly files: readonly string[] } | { readonly error: string };

/** Reads the arguments of a command that takes nothing but files, at most `maximum` of them. */
export const readFileOptions = (args: readonly string[], maximum: number): FileOptions => {
  const { tokens } = parseArgs({
    args: [...args],
    options: { filename: { type: 'string', short: 'f', multiple: true } },
    strict: false,
    tokens: true,
  });
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') return { error: `unexpected argument ${token.value}: name files with -f` };
    if (token.kind !== 'option') continue;
    if (token.name !== 'filename') return { error: `unknown option ${token.rawName}` };
    if (!token.value) return { error: `${token.rawName} needs a file name, or - for standard input` };
    files.push(token.value);
  }
  if (files.length === 0) return { error: 'name a file with -f, or - for standard input' };
  if (files.length > maximum)
    return { error: `-f is given ${files.length} times, but at most ${maximum} files are read` };
  if (files.filter((file) => file === '-').length > 1) return { error: 'standard input can be read only once' };
  return { files };
};

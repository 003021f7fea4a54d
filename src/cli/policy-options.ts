import { parseArgs } from 'node:util';

/** What `lws policy test` shall judge. */
export type PolicyOptions = {
  readonly files: readonly string[];
  readonly oldFiles: readonly string[];
  readonly namespace: string;
};

const OPTIONS = {
  filename: { type: 'string', short: 'f', multiple: true },
  old: { type: 'string', multiple: true },
  namespace: { type: 'string', short: 'n' },
} as const;

const findProblem = (args: readonly string[]): string | undefined => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') return `unexpected argument ${token.value}: name files with -f`;
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(OPTIONS, token.name)) return `unknown option ${token.rawName}`;
    if (!token.value) return `${token.rawName} needs a value`;
  }
  return undefined;
};

/** Reads the arguments of `lws policy test`, or says in one sentence what is wrong with them. */
export const readPolicyOptions = (args: readonly string[]): PolicyOptions | { readonly error: string } => {
  const error = findProblem(args);
  if (error !== undefined) return { error };
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { filename: files = [], old: oldFiles = [], namespace = 'default' } = values;
  if (files.length === 0) return { error: 'name files with policies and with sets by -f' };
  if ([...files, ...oldFiles].filter((file) => file === '-').length > 1)
    return { error: 'standard input can be read only once' };
  return { files, oldFiles, namespace };
};

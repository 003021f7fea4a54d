import { parseArgs } from 'node:util';
import type { IndexRange } from '../core/preview/plan-change.ts';
import type { Pace } from '../core/preview/simulated-group.ts';

/** What `lws plan` shall tell, and how. */
export type PlanCommandOptions = {
  readonly oldFile: string;
  readonly newFile: string;
  readonly output: 'text' | 'json';
  readonly namespace: string;
  /** The groups that are ready at first; undefined: all. */
  readonly ready: readonly IndexRange[] | undefined;
  readonly pace: Pace;
};

const OPTIONS = {
  filename: { type: 'string', short: 'f', multiple: true },
  output: { type: 'string', short: 'o' },
  namespace: { type: 'string', short: 'n' },
  ready: { type: 'string' },
  'feature-gates': { type: 'string' },
} as const;

const PACES: Readonly<Record<string, Pace>> = {
  'MaxUnavailableStatefulSet=false': 'oneByOne',
  'MaxUnavailableStatefulSet=true': 'maxUnavailable',
};

type Failure = { readonly error: string };
type Values = { readonly [Name in keyof typeof OPTIONS]?: string };
type Given = { readonly files: readonly string[]; readonly values: Values };

const readGiven = (args: readonly string[]): Given | Failure => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const files: string[] = [];
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') return { error: `unexpected argument ${token.value}: name files with -f` };
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    if (!Object.hasOwn(OPTIONS, name)) return { error: `unknown option ${rawName}` };
    // kubectl reads `-o=json` as `-o json`.
    const value = token.inlineValue === true && !rawName.startsWith('--') ? token.value.replace(/^=/, '') : token.value;
    if (!value) return { error: `${rawName} needs a value` };
    if (name === 'filename') files.push(value);
    else values[name] = value;
  }
  return { files, values };
};

const readRange = (text: string): IndexRange | undefined => {
  const match = /^([0-9]{1,7})(?:-([0-9]{1,7}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  return match === null || last < first ? undefined : { first, last };
};

const readReady = (text: string): readonly IndexRange[] | undefined => {
  if (text === 'none') return [];
  const ranges = text.split(',').map(readRange);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
};

const checkFiles = (files: readonly string[]): string | undefined => {
  if (files.length !== 2) return 'name two files with -f: the sets as they are, and as they shall be';
  return files.every((file) => file === '-') ? 'standard input can be read only once' : undefined;
};

/** Reads the arguments of `lws plan`, or says in one sentence what is wrong with them. */
export const readPlanOptions = (args: readonly string[]): PlanCommandOptions | Failure => {
  const given = readGiven(args);
  if ('error' in given) return given;
  const { files, values } = given;
  const [oldFile = '', newFile = ''] = files;
  const { output = 'text', namespace = 'default', ready: readyText, 'feature-gates': gates } = values;
  const problem = checkFiles(files);
  if (problem !== undefined) return { error: problem };
  if (output !== 'text' && output !== 'json') return { error: `-o is ${output}, but must be text or json` };
  const ready = readyText === undefined ? undefined : readReady(readyText);
  if (readyText !== undefined && ready === undefined)
    return { error: `--ready is ${readyText}, but must be groups and ranges such as 0,2-5, or none` };
  const pace = gates === undefined ? 'oneByOne' : PACES[gates];
  if (pace === undefined)
    return {
      error: `--feature-gates is ${gates}, but must be MaxUnavailableStatefulSet=true or MaxUnavailableStatefulSet=false`,
    };
  return { oldFile, newFile, output, namespace, ready, pace };
};

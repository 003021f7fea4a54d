import { parseArgs } from 'node:util';

/** What `lws render` shall show, and how. */
export type RenderOptions = {
  readonly files: readonly string[];
  readonly output: 'yaml' | 'json';
  readonly namespace: string;
  readonly groups: { readonly first: number; readonly last: number } | undefined;
  readonly gangScheduling: boolean;
  readonly help: boolean;
};

type Draft = { -readonly [Key in keyof RenderOptions]: RenderOptions[Key] };

/** Takes over an option's value; returns what is wrong with it. */
type TakeOption = (draft: Draft, value: string) => string | undefined;

const OPTIONS = {
  filename: { type: 'string', short: 'f' },
  output: { type: 'string', short: 'o' },
  namespace: { type: 'string', short: 'n' },
  groups: { type: 'string' },
  volcano: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const takeGroups: TakeOption = (draft, value) => {
  const match = /^([0-9]{1,7})(?:-([0-9]{1,7}))?$/.exec(value);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last < first) return `--groups is ${value}, but must be a group or a range such as 0-2`;
  draft.groups = { first, last };
  return undefined;
};

const takeOutput: TakeOption = (draft, value) => {
  if (value !== 'yaml' && value !== 'json') return `-o is ${value}, but must be yaml or json`;
  draft.output = value;
  return undefined;
};

const WITH_VALUE: Readonly<Record<string, TakeOption>> = {
  filename: (draft, value) => {
    draft.files = [...draft.files, value];
    return undefined;
  },
  output: takeOutput,
  namespace: (draft, value) => {
    draft.namespace = value;
    return undefined;
  },
  groups: takeGroups,
};

const WITHOUT_VALUE: Readonly<Record<string, (draft: Draft) => void>> = {
  volcano: (draft) => (draft.gangScheduling = true),
  help: (draft) => (draft.help = true),
};

type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

const takeOption = (draft: Draft, { name, rawName, value, inlineValue }: OptionToken): string | undefined => {
  const toggle = WITHOUT_VALUE[name];
  if (toggle !== undefined) {
    if (value !== undefined) return `${rawName} takes no value`;
    toggle(draft);
    return undefined;
  }
  const take = WITH_VALUE[name];
  if (take === undefined) return `unknown option ${rawName}`;
  // kubectl reads `-o=json` as `-o json`.
  const text = inlineValue === true && !rawName.startsWith('--') ? value?.replace(/^=/, '') : value;
  return text ? take(draft, text) : `${rawName} needs a value`;
};

const checkFiles = ({ files, help }: Draft): string | undefined => {
  if (help) return undefined;
  if (files.length === 0) return 'name a file with -f, or - for standard input';
  return files.filter((file) => file === '-').length > 1 ? 'standard input can be read only once' : undefined;
};

/** Reads the arguments of `lws render`, or says in one sentence what is wrong with them. */
export const readRenderOptions = (args: readonly string[]): RenderOptions | { readonly error: string } => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const draft: Draft = {
    files: [],
    output: 'yaml',
    namespace: 'default',
    groups: undefined,
    gangScheduling: false,
    help: false,
  };
  for (const token of tokens) {
    if (token.kind === 'positional') return { error: `unexpected argument ${token.value}: name files with -f` };
    if (token.kind !== 'option') continue;
    const error = takeOption(draft, token);
    if (error !== undefined) return { error };
  }
  const error = checkFiles(draft);
  return error === undefined ? draft : { error };
};

import { dirname, resolve } from 'node:path';
import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import type { PolicyDefinition } from '../api/policy.ts';
import { loadConfiguredPolicies, loadPolicyFile } from '../config/load-policies.ts';
import type { JsonObject } from '../core/canonical/json.ts';
import type { CommandIO } from './command-io.ts';
import { readDocuments } from './read-documents.ts';
import { readSets } from './read-sets.ts';

/** The policies and the sets that some files hold, and a sentence for each thing that cannot be used. */
export type PolicyInputs = {
  readonly definitions: readonly PolicyDefinition[];
  readonly sets: readonly LeaderWorkerSet[];
  readonly errors: readonly string[];
};

const problem = (text: string): PolicyInputs => ({ definitions: [], sets: [], errors: [text] });

const concat = (parts: readonly PolicyInputs[]): PolicyInputs => ({
  definitions: parts.flatMap(({ definitions }) => definitions),
  sets: parts.flatMap(({ sets }) => sets),
  errors: parts.flatMap(({ errors }) => errors),
});

const isConfiguration = ({ kind }: JsonObject): boolean => kind === 'Configuration';

const holdsPolicies = (object: JsonObject): boolean => isConfiguration(object) || 'policies' in object;

const readPoliciesOf = async (text: string, label: string, io: CommandIO, isBare: boolean): Promise<PolicyInputs> => {
  const loaded = isBare ? loadPolicyFile(text, label) : loadConfiguredPolicies(text, label);
  if ('errors' in loaded) return { definitions: [], sets: [], errors: loaded.errors.map(({ message }) => message) };
  const named = loaded.policyFiles.map((file) => resolve(dirname(label), file));
  const own = { definitions: loaded.policies, sets: [], errors: [] };
  return concat([own, ...(await Promise.all(named.map((file) => readInput(file, io, 'policies'))))]);
};

/** Reads a file of policies or of sets, whichever it turns out to be unless it is known; `-` is standard input. */
const readInput = async (file: string, io: CommandIO, kind?: 'policies'): Promise<PolicyInputs> => {
  const label = file === '-' ? 'standard input' : file;
  let text: string;
  try {
    text = file === '-' ? await io.stdin() : await io.readFile(file);
  } catch (error) {
    return problem(`cannot read ${label}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (kind === 'policies') return readPoliciesOf(text, label, io, true);
  const first = readDocuments(label, text).documents.find(({ object }) => holdsPolicies(object));
  if (first !== undefined) return readPoliciesOf(text, label, io, !isConfiguration(first.object));
  const again = (): Promise<string> => Promise.resolve(text);
  return { definitions: [], ...(await readSets(file, { ...io, readFile: again, stdin: again })) };
};

/** Reads files that hold policies or LeaderWorkerSets, and the policy files that configurations among them name. */
export const readPolicyInputs = async (files: readonly string[], io: CommandIO): Promise<PolicyInputs> =>
  concat(await Promise.all(files.map((file) => readInput(file, io))));

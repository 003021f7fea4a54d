import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PolicyDefinition } from '../api/policy.ts';
import type { LoadedPolicies } from '../config/load-policies.ts';
import { loadConfiguredPolicies, loadPolicyFile } from '../config/load-policies.ts';
import type { PolicySet } from '../core/admission/policy/compile-policies.ts';
import { compilePolicies } from '../core/admission/policy/compile-policies.ts';

/** The policies of a configuration file and of all files that it names, or what is wrong with them; and the files that were looked at. */
export type ReadPolicies = { readonly files: readonly string[] } & (
  | { readonly set: PolicySet; readonly definitions: readonly PolicyDefinition[]; readonly problems?: undefined }
  | { readonly problems: readonly string[] }
);

type ReadText = (path: string) => Promise<string>;

const loadFile = async (
  file: string,
  load: (text: string, file: string) => LoadedPolicies,
  readText: ReadText,
): Promise<LoadedPolicies> => {
  try {
    return load(await readText(file), file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { errors: [{ path: '', message: `cannot read the policies in ${file}: ${reason}` }] };
  }
};

const policiesOf = (loaded: LoadedPolicies): readonly PolicyDefinition[] => ('errors' in loaded ? [] : loaded.policies);

const problemsOf = (loaded: LoadedPolicies): readonly string[] =>
  'errors' in loaded ? loaded.errors.map(({ message }) => message) : [];

/** Reads and compiles all policies that a configuration file declares and names. */
export const readPolicies = async (
  configurationFile: string,
  readText: ReadText = (path) => readFile(path, 'utf8'),
): Promise<ReadPolicies> => {
  const main = await loadFile(configurationFile, loadConfiguredPolicies, readText);
  const named = 'errors' in main ? [] : main.policyFiles.map((file) => resolve(dirname(configurationFile), file));
  const all = [main, ...(await Promise.all(named.map((file) => loadFile(file, loadPolicyFile, readText))))];
  const files = [configurationFile, ...named];
  const problems = all.flatMap(problemsOf);
  if (problems.length > 0) return { files, problems };
  const definitions = all.flatMap(policiesOf);
  const compiled = compilePolicies(definitions);
  return compiled.problems === undefined ? { files, definitions, set: compiled.set } : { files, ...compiled };
};

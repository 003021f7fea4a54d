import type { PolicyDefinition } from '../api/policy.ts';
import { checkPolicyFileStructure, checkStructure } from './check-structure.ts';
import type { Structure } from './check-structure.ts';
import type { ConfigurationError } from './configuration-error.ts';
import { duplicateField } from './configuration-error.ts';
import { nameFaultyPolicy } from './name-faulty-policy.ts';
import { readYaml } from './read-yaml.ts';
import { readPolicies } from './sections/policies.ts';

export type LoadedPolicies =
  | { readonly policies: readonly PolicyDefinition[]; readonly policyFiles: readonly string[] }
  | { readonly errors: readonly ConfigurationError[] };

const load = (text: string, file: string, check: (document: unknown) => Structure): LoadedPolicies => {
  const yaml = readYaml(text, file);
  if (yaml.kind === 'problem') return { errors: [{ path: '', message: yaml.problem }] };
  const structure = check(yaml.value);
  const reading = readPolicies(structure.file?.policies);
  const wrongType = new Set(structure.errors.map(({ path }) => path));
  const errors = [
    ...yaml.duplicates.map((path) => nameFaultyPolicy(duplicateField(path), yaml.value)),
    ...structure.errors,
    ...reading.errors.filter(({ path }) => !wrongType.has(path)),
  ];
  if (errors.length === 0) return { policies: reading.value, policyFiles: structure.file?.policyFiles ?? [] };
  return { errors: errors.map(({ path, message }) => ({ path, message: `${file}: ${message}` })) };
};

/** Reads a file of policies, a map with the one field `policies`, or finds all its mistakes at once; `file` names it in problems. */
export const loadPolicyFile = (text: string, file: string): LoadedPolicies =>
  load(text, file, checkPolicyFileStructure);

/** Reads the policies, and the names of files with more of them, of a configuration file, whose other sections are only checked for their form. */
export const loadConfiguredPolicies = (text: string, file: string): LoadedPolicies => load(text, file, checkStructure);

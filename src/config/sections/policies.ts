import type { Enforcement, PolicyDefinition, PolicyMatch, PolicyOperation } from '../../api/policy.ts';
import type { ConfigurationError } from '../configuration-error.ts';
import { unsupportedValue } from '../configuration-error.ts';
import type { FilePolicy, Section } from '../file-configuration.ts';
import { nameFaultyPolicy } from '../name-faulty-policy.ts';
import type { Reading } from '../reading.ts';

const ENFORCEMENTS: readonly Enforcement[] = ['deny', 'warn', 'audit'];
const OPERATIONS: readonly PolicyOperation[] = ['CREATE', 'UPDATE'];

const isEnforcement = (text: string): text is Enforcement => ENFORCEMENTS.some((known) => known === text);
const isOperation = (text: string): text is PolicyOperation => OPERATIONS.some((known) => known === text);

const checkRequired = (policy: FilePolicy, path: string): ConfigurationError[] =>
  (['name', 'enforcement', 'schema'] as const)
    .filter((field) => (policy[field] ?? '') === '')
    .map((field) => ({ path: `${path}.${field}`, message: `${path}.${field}: Required value` }));

const checkTexts = ({ enforcement, match }: FilePolicy, path: string): ConfigurationError[] => [
  ...(!enforcement || isEnforcement(enforcement)
    ? []
    : [unsupportedValue(`${path}.enforcement`, enforcement, ENFORCEMENTS)]),
  ...(match?.operations ?? []).flatMap((operation, index) =>
    isOperation(operation) ? [] : [unsupportedValue(`${path}.match.operations[${index}]`, operation, OPERATIONS)],
  ),
];

const readMatch = ({
  namespaces,
  excludeNamespaces,
  labels,
  operations,
}: NonNullable<FilePolicy['match']>): PolicyMatch => ({
  ...(namespaces ? { namespaces } : {}),
  ...(excludeNamespaces ? { excludeNamespaces } : {}),
  ...(labels ? { labels } : {}),
  ...(operations ? { operations: operations.filter(isOperation) } : {}),
});

const readPolicy = ({ name, match, enforcement, message, schema }: FilePolicy): PolicyDefinition => ({
  name: name ?? '',
  match: readMatch(match ?? {}),
  enforcement: isEnforcement(enforcement ?? '') ? (enforcement as Enforcement) : 'deny',
  ...(message ? { message } : {}),
  schema: schema ?? {},
});

/** Reads the admin's policies; their schemas and globs are judged when they are compiled. */
export const readPolicies = (section: Section<'policies'>): Reading<readonly PolicyDefinition[]> => {
  const policies = section ?? [];
  const errors = policies
    .flatMap((policy, index) => {
      const path = `policies[${index}]`;
      return [...checkRequired(policy, path), ...checkTexts(policy, path)];
    })
    .map((error) => nameFaultyPolicy(error, { policies }));
  return { value: policies.map(readPolicy), errors, warnings: [] };
};

import type { ConfigurationError } from './configuration-error.ts';

const nameAt = (document: unknown, index: number): string | undefined => {
  const policies: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'policies') : undefined;
  const policy: unknown = Array.isArray(policies) ? policies[index] : undefined;
  const name: unknown = typeof policy === 'object' && policy !== null ? Reflect.get(policy, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
};

/** The error with the name of the policy that it is in, if it is in one that has a name: an index is hard to find in a long file. */
export const nameFaultyPolicy = (error: ConfigurationError, document: unknown): ConfigurationError => {
  const index = /^policies\[(\d+)\]/.exec(error.path)?.[1];
  const name = index === undefined ? undefined : nameAt(document, Number(index));
  return name === undefined ? error : { ...error, message: `policy ${name}: ${error.message}` };
};

import type { PolicyMatch, PolicyOperation } from '../../../api/policy.ts';
import { matchesGlob } from './glob.ts';

const isInNamespace = ({ namespaces, excludeNamespaces }: PolicyMatch, namespace: string): boolean =>
  (namespaces === undefined || namespaces.some((glob) => matchesGlob(glob, namespace))) &&
  !(excludeNamespaces ?? []).some((glob) => matchesGlob(glob, namespace));

/** Whether a policy is about a set with these labels in this namespace. */
export const coversSet = (
  match: PolicyMatch,
  namespace: string,
  labels: Readonly<Record<string, string | null | undefined>>,
): boolean =>
  isInNamespace(match, namespace) && Object.entries(match.labels ?? {}).every(([key, value]) => labels[key] === value);

/** Whether a policy is about such a request. */
export const coversOperation = ({ operations }: PolicyMatch, operation: PolicyOperation): boolean =>
  operations === undefined || operations.includes(operation);

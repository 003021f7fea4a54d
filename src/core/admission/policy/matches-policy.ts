import type { PolicyMatch, PolicyOperation } from '../../../api/policy.ts';
import { matchesGlob } from './glob.ts';
import type { PolicySubject } from './subject.ts';

const isInNamespace = ({ namespaces, excludeNamespaces }: PolicyMatch, namespace: string): boolean =>
  (namespaces === undefined || namespaces.some((glob) => matchesGlob(glob, namespace))) &&
  !(excludeNamespaces ?? []).some((glob) => matchesGlob(glob, namespace));

/** Whether a policy is about such a set. */
export const coversSubject = (match: PolicyMatch, { namespace, labels }: Pick<PolicySubject, 'namespace' | 'labels'>) =>
  isInNamespace(match, namespace) && Object.entries(match.labels ?? {}).every(([key, value]) => labels[key] === value);

/** Whether a policy is about such a request. */
export const coversOperation = ({ operations }: PolicyMatch, operation: PolicyOperation): boolean =>
  operations === undefined || operations.includes(operation);

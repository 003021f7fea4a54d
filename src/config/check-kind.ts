import type { ConfigurationError } from './configuration-error.ts';

const API_VERSION = 'config.lws.x-k8s.io/v1alpha1';
const KIND = 'Configuration';

const textAt = (document: unknown, key: 'apiVersion' | 'kind'): string => {
  const value: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, key) : undefined;
  return typeof value === 'string' ? value : '';
};

/** Refuses a document of another API; one that does not say what it is counts as ours. */
export const checkKind = (document: unknown): ConfigurationError[] => {
  const apiVersion = textAt(document, 'apiVersion') || API_VERSION;
  const kind = textAt(document, 'kind') || KIND;
  if (apiVersion === API_VERSION && kind === KIND) return [];
  const found = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
  const message = `${found}: must be kind ${KIND} of version ${API_VERSION}`;
  return [{ path: apiVersion === API_VERSION ? 'kind' : 'apiVersion', message }];
};

import { readFileSync } from 'node:fs';
import { operatorNamespace as namespaceOf } from '../config/operator-namespace.ts';

const FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

const readMounted = (): string | undefined => {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return undefined;
  }
};

/** The namespace that the manager runs in: that of its pod, else the one it is installed in by default. */
export const operatorNamespace = (): string => namespaceOf(readMounted());

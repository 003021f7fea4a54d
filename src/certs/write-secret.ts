import { isForbidden } from '../kube/api-error.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { type CertificateSet, type Secret, writeCertificateSecret } from './certificate-secret.ts';

/** There is no Secret to write to, and no right to make one. */
export class SecretMissing extends Error {
  override readonly name = 'SecretMissing';
}

const explain = (namespace: string, name: string): string =>
  `the Secret ${namespace}/${name} does not exist, and the manager may not create Secrets: create it empty, and it will be filled ` +
  `(kubectl create secret generic ${name} --namespace ${namespace})`;

/**
 * Writes certificates into the Secret that was read, or into a new one of this name when there was none.
 * Throws a conflict when somebody else wrote first, and SecretMissing when there is nothing to write to.
 */
export const writeSecret = async (
  client: Pick<RestClient, 'create' | 'update'>,
  found: Secret | undefined,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  set: CertificateSet,
): Promise<Secret> => {
  if (found !== undefined) return client.update(writeCertificateSecret(found, set));
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } };
  try {
    return await client.create(writeCertificateSecret(secret, set));
  } catch (error) {
    throw isForbidden(error) ? new SecretMissing(explain(namespace, name), { cause: error }) : error;
  }
};

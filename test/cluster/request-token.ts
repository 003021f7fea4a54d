import type { ClusterClient } from './cluster-client.ts';

/** Resolves to a bearer token of a service account, which must exist, good for a day. */
export async function requestToken(client: ClusterClient, namespace: string, name: string): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 24 * 3600 },
  };
  const { status } = await client.createSubresource<{ status: { token: string } }>(account, 'token', request);
  return status.token;
}

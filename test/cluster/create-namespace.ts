import { randomBytes } from 'node:crypto';
import type { ClusterClient } from './cluster-client.ts';
import { waitFor } from './wait-for.ts';

/** Creates a namespace with a fresh name, resolves to it once pods can be created there. */
export async function createNamespace(client: ClusterClient, prefix = 'test'): Promise<string> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } };
  await waitFor(`service account in namespace ${name}`, () => client.get(account));
  return name;
}

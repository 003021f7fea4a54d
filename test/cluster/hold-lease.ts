import type { ClusterClient } from './cluster-client.ts';

const NAMESPACE = 'lws-system';
const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: NAMESPACE, name: 'b8b2488c.x-k8s.io' },
};
const HOUR_SECONDS = 3600;

/**
 * Holds the managers' lease in the name of another process, so that a manager which elects its leader reviews objects and reconciles nothing.
 * Resolves to a function that lets go of it.
 */
export async function holdLease(client: ClusterClient, holder = 'another-manager'): Promise<() => Promise<void>> {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, 'kubectl');
  const now = new Date().toISOString().replace('Z', '000Z');
  await client.create({
    ...LEASE,
    spec: { holderIdentity: holder, leaseDurationSeconds: HOUR_SECONDS, acquireTime: now, renewTime: now },
  });
  return async () => {
    await client.patch(LEASE, { spec: { holderIdentity: '', leaseDurationSeconds: 1 } });
  };
}

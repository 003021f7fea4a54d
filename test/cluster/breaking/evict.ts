import type { ClusterClient } from '../cluster-client.ts';
import type { PodRef } from './pod-ref.ts';
import { podRef } from './pod-ref.ts';

/** Evicts a pod as `kubectl drain` does; rejects with code 429 when a disruption budget forbids it. */
export async function evict(client: ClusterClient, pod: PodRef): Promise<void> {
  await client.createSubresource(podRef(pod), 'eviction', {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace: pod.namespace, name: pod.name },
  });
}

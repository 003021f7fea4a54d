import type { ClusterClient } from '../cluster-client.ts';
import type { PodRef } from './pod-ref.ts';
import { podRef } from './pod-ref.ts';

/** Deletes a pod with a grace period of 0: it is gone, unless finalizers hold it, without ever having been seen terminating. */
export async function deleteNow(client: ClusterClient, pod: PodRef): Promise<void> {
  await client.delete(podRef(pod), { gracePeriodSeconds: 0 });
}

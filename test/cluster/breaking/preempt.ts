import type { ClusterClient } from '../cluster-client.ts';
import { changePodStatus } from './change-pod-status.ts';
import type { PodRef } from './pod-ref.ts';
import { podRef } from './pod-ref.ts';

/** Takes a pod away as the scheduler does for one of higher priority: it is marked, then deleted. */
export async function preempt(client: ClusterClient, pod: PodRef): Promise<void> {
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: '' };
  await changePodStatus(client, pod, (status) => ({
    ...status,
    conditions: [...(status.conditions ?? []), condition],
  }));
  await client.delete(podRef(pod));
}

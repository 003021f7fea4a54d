import type { ClusterClient } from '../cluster-client.ts';
import type { PodWithStatus } from './change-pod-status.ts';
import { changePodStatus } from './change-pod-status.ts';
import type { PodRef } from './pod-ref.ts';

/** Ends a pod in phase Failed, as a kubelet does that runs out of memory or disk. */
export function failPod(client: ClusterClient, pod: PodRef, { reason = 'Evicted' } = {}): Promise<PodWithStatus> {
  return changePodStatus(client, pod, (status) => ({
    ...status,
    phase: 'Failed',
    reason,
    conditions: (status.conditions ?? []).map((condition) =>
      condition.type === 'Initialized' ? condition : { ...condition, status: 'False', reason: 'PodFailed' },
    ),
    containerStatuses: (status.containerStatuses ?? []).map((container) => ({ ...container, ready: false })),
  }));
}

import type { ClusterClient } from '../cluster-client.ts';
import type { PodWithStatus } from './change-pod-status.ts';
import { changePodStatus } from './change-pod-status.ts';
import type { PodRef } from './pod-ref.ts';

const CONDITIONS = new Set(['Ready', 'ContainersReady']);

/** Makes a started pod Ready or not, as its readiness probe would. */
export function setPodReady(client: ClusterClient, pod: PodRef, { ready }: { ready: boolean }): Promise<PodWithStatus> {
  return changePodStatus(client, pod, (status) => ({
    ...status,
    conditions: (status.conditions ?? []).map((condition) =>
      CONDITIONS.has(condition.type) ? { ...condition, status: ready ? 'True' : 'False' } : condition,
    ),
    containerStatuses: (status.containerStatuses ?? []).map((container) => ({ ...container, ready })),
  }));
}

import { ApiRefusal } from '../api-refusal.ts';
import type { ClusterClient } from '../cluster-client.ts';
import type { KubeObject } from '../kube-object.ts';
import type { PodRef } from './pod-ref.ts';
import { podRef } from './pod-ref.ts';

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: object;
  lastState?: object;
}

export interface PodStatus {
  phase?: string;
  reason?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

export type PodWithStatus = KubeObject & { status: PodStatus };

/** Replaces a pod's status by what `change` makes of it, as its kubelet would; again when somebody else wrote meanwhile. */
export async function changePodStatus(
  client: ClusterClient,
  pod: PodRef,
  change: (status: PodStatus) => PodStatus,
): Promise<PodWithStatus> {
  const current = await client.get<PodWithStatus>(podRef(pod));
  if (!current) throw new ApiRefusal(`status of pod ${pod.namespace}/${pod.name}`, 404, 'there is no such pod');
  try {
    return await client.replace<PodWithStatus>({ ...current, status: change(current.status) }, 'status');
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === 409) return await changePodStatus(client, pod, change);
    throw error;
  }
}

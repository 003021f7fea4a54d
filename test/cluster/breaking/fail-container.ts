import type { ClusterClient } from '../cluster-client.ts';
import type { ContainerStatus, PodWithStatus } from './change-pod-status.ts';
import { changePodStatus } from './change-pod-status.ts';
import type { PodRef } from './pod-ref.ts';

export interface FailedContainer {
  /** By default the first one. */
  container?: string;
  /** An init container (or a sidecar) fails instead. */
  init?: boolean;
}

function restart(statuses: ContainerStatus[] = [], container = statuses[0]?.name): ContainerStatus[] {
  if (!statuses.some(({ name }) => name === container)) throw new Error(`no container ${container} has started yet`);
  const terminated = { exitCode: 1, reason: 'Error' };
  return statuses.map((status) =>
    status.name === container
      ? { ...status, restartCount: status.restartCount + 1, lastState: { terminated } }
      : status,
  );
}

/** Lets a container of a started pod fail and start anew: its restartCount is one higher and the pod is Ready as before. */
export function failContainer(
  client: ClusterClient,
  pod: PodRef,
  { container, init = false }: FailedContainer = {},
): Promise<PodWithStatus> {
  const field = init ? 'initContainerStatuses' : 'containerStatuses';
  return changePodStatus(client, pod, (status) => ({ ...status, [field]: restart(status[field], container) }));
}

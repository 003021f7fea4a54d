import { ApiRefusal } from '../api-refusal.ts';
import type { ClusterClient } from '../cluster-client.ts';
import { changePodStatus } from './change-pod-status.ts';
import { deleteNow } from './delete-now.ts';
import type { PodRef } from './pod-ref.ts';

const MESSAGE = 'the node is gone';

async function collect(client: ClusterClient, pod: PodRef): Promise<void> {
  try {
    await changePodStatus(client, pod, (status) => ({
      ...status,
      phase: 'Failed',
      conditions: [
        ...(status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget'),
        { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: MESSAGE },
      ],
    }));
    await deleteNow(client, pod);
  } catch (error) {
    if (!(error instanceof ApiRefusal && error.code === 404)) throw error;
  }
}

/**
 * Removes a node, and the pods that were on it in the way of Kubernetes' pod garbage collector (which waits a minute before it does):
 * marked Failed, then deleted at once. Resolves to the names of those pods.
 */
export async function vanishNode(client: ClusterClient, name: string): Promise<PodRef[]> {
  await client.delete({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
  const listed = await client.list({ apiVersion: 'v1', kind: 'Pod', fieldSelector: `spec.nodeName=${name}` });
  const pods = listed.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
  await Promise.all(pods.map((pod) => collect(client, pod)));
  return pods;
}

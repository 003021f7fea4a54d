import type { ClusterClient } from '../cluster-client.ts';
import type { KubeObject } from '../kube-object.ts';
import { deleteNow } from './delete-now.ts';
import { evict } from './evict.ts';
import { failContainer } from './fail-container.ts';
import { failPod } from './fail-pod.ts';
import type { PodRef } from './pod-ref.ts';
import { podRef } from './pod-ref.ts';
import { preempt } from './preempt.ts';
import { vanishNode } from './vanish-node.ts';

export interface Failure {
  readonly name: string;
  /** Whether the pod is gone afterwards; else it goes on with a restarted container. */
  readonly losesPod: boolean;
  readonly happen: (client: ClusterClient, pod: PodRef) => Promise<unknown>;
}

const nodeOf = async (client: ClusterClient, pod: PodRef): Promise<string> => {
  const found = await client.get<KubeObject & { spec: { nodeName: string } }>(podRef(pod));
  return found?.spec.nodeName ?? '';
};

/**
 * The ways in which a pod of a group can fail. Its containers must be `init`, the sidecar `sidecar` and a main one; a node that is lost takes along
 * whatever else runs on it.
 */
export const FAILURES: readonly Failure[] = [
  { name: 'container restarts', losesPod: false, happen: (client, pod) => failContainer(client, pod) },
  {
    name: 'init container restarts',
    losesPod: false,
    happen: (client, pod) => failContainer(client, pod, { init: true, container: 'init' }),
  },
  {
    name: 'sidecar restarts',
    losesPod: false,
    happen: (client, pod) => failContainer(client, pod, { init: true, container: 'sidecar' }),
  },
  { name: 'deleted', losesPod: true, happen: (client, pod) => client.delete(podRef(pod)) },
  { name: 'deleted without grace', losesPod: true, happen: deleteNow },
  { name: 'evicted', losesPod: true, happen: evict },
  { name: 'preempted', losesPod: true, happen: preempt },
  { name: 'failed', losesPod: true, happen: (client, pod) => failPod(client, pod) },
  {
    name: 'node lost',
    losesPod: true,
    happen: async (client, pod) => vanishNode(client, await nodeOf(client, pod)),
  },
];

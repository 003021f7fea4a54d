import type { KubeObject, StringMap } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION, LABEL, VOLCANO_PREFIX } from '../../api/labels.ts';
import { podRequests } from '../pod-requests.ts';
import { addQuantities, multiplyQuantity } from '../quantity/arithmetic.ts';
import { formatQuantity } from '../quantity/format-quantity.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { ownerReference } from './owner-reference.ts';
import { groupSize } from './pod-template.ts';

/** Volcano's unit of gang scheduling: pods that start together or not at all. */
export type PodGroup = KubeObject & {
  readonly spec: { readonly minMember: number; readonly minResources: StringMap; readonly queue?: string };
};

const groupRequests = (set: LeaderWorkerSet): StringMap => {
  const { leaderTemplate, workerTemplate } = set.spec.leaderWorkerTemplate;
  const total = new Map<string, Quantity>(Object.entries(podRequests(leaderTemplate ?? workerTemplate)));
  for (const [name, request] of Object.entries(podRequests(workerTemplate))) {
    const ofWorkers = multiplyQuantity(request, groupSize(set) - 1);
    const ofLeader = total.get(name);
    total.set(name, ofLeader === undefined ? ofWorkers : addQuantities(ofLeader, ofWorkers));
  }
  return Object.fromEntries([...total].map(([name, quantity]) => [name, formatQuantity(quantity)]));
};

const copied = (object: KubeObject, keys: readonly string[]): StringMap =>
  Object.fromEntries(
    keys.flatMap((key) => (object.metadata.labels?.[key] === undefined ? [] : [[key, object.metadata.labels[key]]])),
  );

const volcanoAnnotations = (annotations: StringMap = {}): StringMap =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(VOLCANO_PREFIX)));

/** The PodGroup of one group, under the name that admission wrote on its pods; owned by the leader. */
export const buildPodGroup = (set: LeaderWorkerSet, leader: KubeObject): PodGroup => {
  const queue = set.metadata.annotations?.[ANNOTATION.volcanoQueue];
  const annotations = volcanoAnnotations(set.metadata.annotations);
  return {
    apiVersion: 'scheduling.volcano.sh/v1beta1',
    kind: 'PodGroup',
    metadata: {
      name: leader.metadata.annotations?.[ANNOTATION.podGroup] ?? '',
      namespace: set.metadata.namespace ?? '',
      labels: { [LABEL.name]: set.metadata.name ?? '', ...copied(leader, [LABEL.groupIndex, LABEL.revision]) },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [ownerReference(leader)],
    },
    spec: {
      // A leader that must be ready before its workers exist cannot wait for them.
      minMember: set.spec.startupPolicy === 'LeaderReady' ? 1 : groupSize(set),
      minResources: groupRequests(set),
      ...(queue === undefined ? {} : { queue }),
    },
  };
};

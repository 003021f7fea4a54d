import type { PodTemplateSpec, StatefulSet, StringMap } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION, LABEL } from '../../api/labels.ts';
import { canonicalPodTemplate } from '../canonical/canonical-pod-template.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import { volumeFields } from './leader-stateful-set.ts';
import { ownerReference } from './owner-reference.ts';
import { groupAnnotations, groupSize, withMetadata } from './pod-template.ts';

/** A node label that all pods of a group must share. */
export type Topology = { readonly key: string; readonly value: string };

export type WorkerStatefulSetOptions = {
  readonly set: LeaderWorkerSet;
  /** The set with the template of the leader's revision: a group is built as one, even while the set moves on. */
  readonly revised: LeaderWorkerSet;
  readonly leader: ObservedPod;
  /** Where the leader runs, with exclusive topology. */
  readonly topology?: Topology | undefined;
};

const identityLabels = ({ set, leader }: WorkerStatefulSetOptions): StringMap => ({
  [LABEL.name]: set.metadata.name ?? '',
  [LABEL.groupIndex]: leader.metadata.labels?.[LABEL.groupIndex] ?? '',
  [LABEL.groupKey]: leader.metadata.labels?.[LABEL.groupKey] ?? '',
});

const onTopology = (template: PodTemplateSpec, topology: Topology | undefined): PodTemplateSpec =>
  topology === undefined || template.spec === undefined
    ? template
    : {
        ...template,
        spec: { ...template.spec, nodeSelector: { ...template.spec.nodeSelector, [topology.key]: topology.value } },
      };

const workerTemplate = (options: WorkerStatefulSetOptions, labels: StringMap): PodTemplateSpec => {
  const { revised, leader, topology } = options;
  const annotations = {
    // The leader's, not the set's: a group is placed as one, whatever was written on the set since.
    ...groupAnnotations(revised, leader.metadata.annotations ?? {}),
    [ANNOTATION.leaderName]: leader.metadata.name ?? '',
    ...(leader.requestsTPUs ? { [ANNOTATION.leaderRequestsTPUs]: 'true' } : {}),
  };
  const template = canonicalPodTemplate(revised.spec.leaderWorkerTemplate.workerTemplate);
  return onTopology(withMetadata(template, labels, annotations), topology);
};

/** The StatefulSet of one group's workers, to be created once; owned by the leader, so that it goes with it. */
export const buildWorkerStatefulSet = (options: WorkerStatefulSetOptions): StatefulSet => {
  const { set, revised, leader } = options;
  const name = leader.metadata.name ?? '';
  const namespace = leader.metadata.namespace ?? '';
  const identity = identityLabels(options);
  const labels = { ...identity, [LABEL.revision]: leader.metadata.labels?.[LABEL.revision] ?? '' };
  const annotations = set.metadata.annotations ?? {};
  const isUnique = revised.spec.networkConfig?.subdomainPolicy === 'UniquePerReplica';
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name,
      namespace,
      labels: { ...set.metadata.labels, ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [ownerReference(leader)],
    },
    spec: {
      serviceName: isUnique ? name : (set.metadata.name ?? ''),
      replicas: groupSize(revised) - 1,
      podManagementPolicy: 'Parallel',
      ordinals: { start: 1 },
      selector: { matchLabels: identity },
      template: workerTemplate(options, labels),
      ...volumeFields(revised, namespace),
    },
  };
};

import type { PodTemplateSpec, StringMap } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION } from '../../api/labels.ts';

/** A template with labels and annotations of ours, which win over the user's. */
export const withMetadata = (
  template: PodTemplateSpec,
  labels: StringMap,
  annotations: StringMap,
): PodTemplateSpec => ({
  ...template,
  metadata: {
    ...template.metadata,
    labels: { ...template.metadata?.labels, ...labels },
    annotations: { ...template.metadata?.annotations, ...annotations },
  },
});

/** Pods per group, the leader included. */
export const groupSize = (set: LeaderWorkerSet): number => set.spec.leaderWorkerTemplate.size ?? 1;

/** Number of groups that the user asks for. */
export const desiredReplicas = (set: LeaderWorkerSet): number => set.spec.replicas ?? 1;

const nonEmpty = (key: string, value: string | undefined): StringMap =>
  value === undefined || value === '' ? {} : { [key]: value };

/**
 * Annotations that leader and worker pods share: the group's size, its sub-groups and its exclusive topology.
 * `shape` says what the group looks like (for a worker, the set as its leader's revision has it); `placement` holds the annotations that say where
 * it may run: the set's own for a new revision, else those that its leaders have.
 */
export const groupAnnotations = (shape: LeaderWorkerSet, placement: StringMap): StringMap => {
  const policy = shape.spec.leaderWorkerTemplate.subGroupPolicy;
  return {
    [ANNOTATION.size]: String(groupSize(shape)),
    ...nonEmpty(ANNOTATION.exclusiveTopology, placement[ANNOTATION.exclusiveTopology]),
    ...(policy === undefined
      ? {}
      : {
          ...nonEmpty(ANNOTATION.subGroupPolicyType, policy.subGroupPolicyType),
          ...(policy.subGroupSize === undefined ? {} : { [ANNOTATION.subGroupSize]: String(policy.subGroupSize) }),
          ...nonEmpty(ANNOTATION.subGroupExclusiveTopology, placement[ANNOTATION.subGroupExclusiveTopology]),
        }),
  };
};

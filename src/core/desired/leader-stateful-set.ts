import type { PodTemplateSpec, StatefulSet, StatefulSetSpec, StringMap } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION, LABEL } from '../../api/labels.ts';
import { canonicalPodTemplate } from '../canonical/canonical-pod-template.ts';
import { canonicalVolumeClaim } from '../canonical/canonical-volume-claim.ts';
import { readRollout } from '../rollout/read-rollout.ts';
import { ownerReference } from './owner-reference.ts';
import { desiredReplicas, groupAnnotations, withMetadata } from './pod-template.ts';
import { buildVolumeClaimTemplates } from './volume-claims.ts';

export type LeaderStatefulSetOptions = {
  readonly set: LeaderWorkerSet;
  readonly revisionKey: string;
  /** Leaders with an ordinal below keep their old template. */
  readonly partition: number;
  /** Leaders, those of surge groups included. */
  readonly replicas: number;
  /** Leaders that are down for good and are not to count as unavailable. */
  readonly givenUpLeaders?: number;
  /** Annotations that say where groups may run; the set's own by default. */
  readonly placement?: StringMap | undefined;
};

/** Surge leaders count as unavailable for the StatefulSet controller while they start, so they are added to its budget. */
const maxUnavailable = ({ set, givenUpLeaders = 0 }: LeaderStatefulSetOptions): number => {
  const rollout = readRollout(set);
  return Math.max(1, rollout.maxUnavailable + rollout.maxSurge) + givenUpLeaders;
};

const leaderTemplate = ({ set, revisionKey, placement }: LeaderStatefulSetOptions): PodTemplateSpec => {
  const { leaderTemplate: own, workerTemplate } = set.spec.leaderWorkerTemplate;
  const labels = {
    [LABEL.name]: set.metadata.name ?? '',
    [LABEL.workerIndex]: '0',
    [LABEL.revision]: revisionKey,
  };
  const isUnique = set.spec.networkConfig?.subdomainPolicy === 'UniquePerReplica';
  const annotations = {
    ...groupAnnotations(set, placement ?? set.metadata.annotations ?? {}),
    ...(isUnique ? { [ANNOTATION.subdomainPolicy]: 'UniquePerReplica' } : {}),
  };
  return withMetadata(canonicalPodTemplate(own ?? workerTemplate), labels, annotations);
};

/** Fields about volumes, the same for the leaders' and the workers' StatefulSets. */
export const volumeFields = (set: LeaderWorkerSet, namespace: string): Partial<StatefulSetSpec> => {
  const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy } = set.spec.leaderWorkerTemplate;
  const claims = buildVolumeClaimTemplates(volumeClaimTemplates.map(canonicalVolumeClaim), namespace);
  return {
    ...(claims.length === 0 ? {} : { volumeClaimTemplates: claims }),
    ...(persistentVolumeClaimRetentionPolicy === undefined ? {} : { persistentVolumeClaimRetentionPolicy }),
  };
};

/** The set's own annotations, as the leader StatefulSet carries them: all but our record, which another field manager owns there. */
const copiedAnnotations = ({ [ANNOTATION.incarnations]: _, ...rest }: StringMap = {}): StringMap => rest;

/** The StatefulSet of all leaders, as the body of a server-side apply: each of these fields is ours, and no other. */
export const buildLeaderStatefulSet = (options: LeaderStatefulSetOptions): StatefulSet => {
  const { set, revisionKey, partition, replicas } = options;
  const name = set.metadata.name ?? '';
  const namespace = set.metadata.namespace ?? '';
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name,
      namespace,
      labels: { ...set.metadata.labels, [LABEL.name]: name, [LABEL.revision]: revisionKey },
      annotations: {
        ...copiedAnnotations(set.metadata.annotations),
        [ANNOTATION.replicas]: String(desiredReplicas(set)),
      },
      ownerReferences: [ownerReference(set)],
    },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: 'Parallel',
      updateStrategy: {
        type: set.spec.rolloutStrategy?.type ?? 'RollingUpdate',
        rollingUpdate: { partition, maxUnavailable: maxUnavailable(options) },
      },
      selector: { matchLabels: { [LABEL.name]: name, [LABEL.workerIndex]: '0' } },
      template: leaderTemplate(options),
      ...volumeFields(set, namespace),
    },
  };
};

import type {
  Condition,
  IntOrString,
  KubeObject,
  PersistentVolumeClaim,
  PersistentVolumeClaimRetentionPolicy,
  PodTemplateSpec,
} from './kubernetes.ts';

/** How the API server calls the kind. */
export const LEADER_WORKER_SET = {
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
} as const;

export type RestartPolicy = 'RecreateGroupOnPodRestart' | 'RecreateGroupAfterStart' | 'None' | 'Default';
export type StartupPolicy = 'LeaderCreated' | 'LeaderReady';
export type SubdomainPolicy = 'Shared' | 'UniquePerReplica';
export type SubGroupPolicyType = 'LeaderWorker' | 'LeaderExcluded';

export type SubGroupPolicy = {
  readonly subGroupPolicyType?: SubGroupPolicyType;
  readonly subGroupSize?: number;
};

export type LeaderWorkerTemplate = {
  readonly leaderTemplate?: PodTemplateSpec;
  readonly workerTemplate: PodTemplateSpec;
  /** Pods per group, the leader included. */
  readonly size?: number;
  readonly restartPolicy?: RestartPolicy;
  readonly subGroupPolicy?: SubGroupPolicy;
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly persistentVolumeClaimRetentionPolicy?: PersistentVolumeClaimRetentionPolicy;
};

export type RollingUpdateConfiguration = {
  readonly partition?: number;
  readonly maxUnavailable?: IntOrString;
  readonly maxSurge?: IntOrString;
};

export type RolloutStrategy = {
  readonly type?: string;
  readonly rollingUpdateConfiguration?: RollingUpdateConfiguration;
};

export type LeaderWorkerSetSpec = {
  /** Number of groups. */
  readonly replicas?: number;
  readonly leaderWorkerTemplate: LeaderWorkerTemplate;
  readonly rolloutStrategy?: RolloutStrategy;
  readonly startupPolicy?: StartupPolicy;
  readonly networkConfig?: { readonly subdomainPolicy?: SubdomainPolicy };
};

export type LeaderWorkerSetStatus = {
  readonly conditions?: readonly Condition[];
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly replicas?: number;
  readonly hpaPodSelector?: string;
  readonly observedGeneration?: number;
};

/** A set of groups of pods: in each, one leader and size − 1 workers that live and die together. */
export type LeaderWorkerSet = KubeObject & {
  readonly spec: LeaderWorkerSetSpec;
  readonly status?: LeaderWorkerSetStatus;
};

import { embedDefinition } from './embed-definition.ts';
import { persistentVolumeClaim, podTemplateSpec } from './kubernetes-definitions.ts';
import type { KubernetesDefinitions } from './kubernetes-definitions.ts';
import type { StructuralSchema } from './structural-schema.ts';

const int32 = (description: string, limits: StructuralSchema = {}): StructuralSchema => ({
  description,
  type: 'integer',
  format: 'int32',
  ...limits,
});

const oneOf = (description: string, values: string[], defaults: StructuralSchema = {}): StructuralSchema => ({
  description,
  type: 'string',
  enum: values,
  ...defaults,
});

const intOrPercent = (description: string, defaultValue: number): StructuralSchema => ({
  description,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  default: defaultValue,
  'x-kubernetes-int-or-string': true,
});

const subGroupPolicy: StructuralSchema = {
  description: 'Divides every group into subgroups, each of which can be placed on a topology domain of its own.',
  type: 'object',
  properties: {
    subGroupPolicyType: oneOf(
      'LeaderWorker counts the leader into the first subgroup, LeaderExcluded gives it a subgroup of its own.',
      ['LeaderWorker', 'LeaderExcluded'],
      { default: 'LeaderWorker' },
    ),
    subGroupSize: int32('Pods per subgroup. Has to divide the size, or the size less one; immutable.'),
  },
};

const persistentVolumeClaimRetentionPolicy: StructuralSchema = {
  description: 'What becomes of the claims made from volumeClaimTemplates.',
  type: 'object',
  properties: {
    whenDeleted: { description: 'Retain or Delete, when the set is deleted.', type: 'string' },
    whenScaled: { description: 'Retain or Delete, when the set is scaled down.', type: 'string' },
  },
};

const leaderWorkerTemplate = (definitions: KubernetesDefinitions): StructuralSchema => ({
  description: 'What each group is made of.',
  type: 'object',
  required: ['workerTemplate'],
  properties: {
    leaderTemplate: {
      description: 'Template of the leader pod. Without it, the leader is made from workerTemplate.',
      ...embedDefinition(definitions, podTemplateSpec),
    },
    workerTemplate: {
      description: 'Template of the worker pods.',
      ...embedDefinition(definitions, podTemplateSpec),
    },
    size: int32('Pods per group, the leader included.', { default: 1 }),
    restartPolicy: oneOf(
      'When a failing pod takes its group with it: RecreateGroupOnPodRestart always, RecreateGroupAfterStart once the whole group has started, None never. Default is a deprecated name of None.',
      ['Default', 'RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None'],
      { default: 'RecreateGroupOnPodRestart' },
    ),
    subGroupPolicy,
    volumeClaimTemplates: {
      description: 'Claims that every pod gets one of each, kept over restarts of the pod.',
      type: 'array',
      items: embedDefinition(definitions, persistentVolumeClaim),
    },
    persistentVolumeClaimRetentionPolicy,
  },
});

const rolloutStrategy: StructuralSchema = {
  description: 'How groups move to a new revision of the templates.',
  type: 'object',
  required: ['type'],
  properties: {
    type: oneOf('The only strategy is RollingUpdate.', ['RollingUpdate'], { default: 'RollingUpdate' }),
    rollingUpdateConfiguration: {
      description: 'Pace of the rolling update.',
      type: 'object',
      properties: {
        partition: int32('Groups with an index below this one keep their revision.', { default: 0 }),
        maxUnavailable: intOrPercent('Groups that may be unavailable during an update, as a number or percentage.', 1),
        maxSurge: intOrPercent('Groups that may exist beyond replicas during an update, as a number or percentage.', 0),
      },
    },
  },
};

const networkConfig: StructuralSchema = {
  description: 'How the pods find one another.',
  type: 'object',
  required: ['subdomainPolicy'],
  properties: {
    subdomainPolicy: oneOf(
      'Shared puts all groups under one headless Service, UniquePerReplica makes one for every group.',
      ['Shared', 'UniquePerReplica'],
    ),
  },
};

/** Returns the schema of a LeaderWorkerSet's `spec`, with pod and claim templates taken from the given definitions. */
export const leaderWorkerSetSpecSchema = (definitions: KubernetesDefinitions): StructuralSchema => ({
  description: 'The groups that should exist.',
  type: 'object',
  required: ['leaderWorkerTemplate'],
  properties: {
    replicas: int32('Number of groups.', { default: 1, minimum: 0, maximum: 1000000 }),
    leaderWorkerTemplate: leaderWorkerTemplate(definitions),
    rolloutStrategy,
    startupPolicy: oneOf(
      'When the workers of a group are created: LeaderCreated as soon as the leader exists, LeaderReady once it is ready.',
      ['LeaderCreated', 'LeaderReady'],
      { default: 'LeaderCreated' },
    ),
    networkConfig,
  },
});

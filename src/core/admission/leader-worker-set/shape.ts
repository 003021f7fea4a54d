import { POD_SPEC_SHAPE } from '../pod-spec-shape.ts';
import type { Shape } from '../shape.ts';

const TEMPLATE_METADATA: Shape = {
  fields: [
    ['labels', 'map of strings'],
    ['annotations', 'map of strings'],
  ],
};

const POD_TEMPLATE: Shape = {
  fields: [
    ['metadata', TEMPLATE_METADATA],
    ['spec', POD_SPEC_SHAPE],
  ],
};

const SUB_GROUP_POLICY: Shape = {
  fields: [
    ['subGroupPolicyType', 'string'],
    ['subGroupSize', 'int32'],
  ],
};

const CLAIM_RETENTION_POLICY: Shape = {
  fields: [
    ['whenDeleted', 'string'],
    ['whenScaled', 'string'],
  ],
};

const LEADER_WORKER_TEMPLATE: Shape = {
  fields: [
    ['leaderTemplate', POD_TEMPLATE],
    ['workerTemplate', POD_TEMPLATE],
    ['size', 'int32'],
    ['restartPolicy', 'string'],
    ['subGroupPolicy', SUB_GROUP_POLICY],
    ['volumeClaimTemplates', { items: { fields: [] } }],
    ['persistentVolumeClaimRetentionPolicy', CLAIM_RETENTION_POLICY],
  ],
};

const ROLLING_UPDATE_CONFIGURATION: Shape = {
  fields: [
    ['partition', 'int32'],
    ['maxUnavailable', 'intOrString'],
    ['maxSurge', 'intOrString'],
  ],
};

const ROLLOUT_STRATEGY: Shape = {
  fields: [
    ['type', 'string'],
    ['rollingUpdateConfiguration', ROLLING_UPDATE_CONFIGURATION],
  ],
};

const METADATA: Shape = {
  fields: [
    ['name', 'string'],
    ['generateName', 'string'],
    ['namespace', 'string'],
    ['labels', 'map of strings'],
    ['annotations', 'map of strings'],
  ],
};

const SPEC: Shape = {
  fields: [
    ['replicas', 'int32'],
    ['leaderWorkerTemplate', LEADER_WORKER_TEMPLATE],
    ['rolloutStrategy', ROLLOUT_STRATEGY],
    ['startupPolicy', 'string'],
    ['networkConfig', { fields: [['subdomainPolicy', 'string']] }],
  ],
};

/** The types that a LeaderWorkerSet must have for its webhooks to read it. */
export const LEADER_WORKER_SET_SHAPE: Shape = {
  fields: [
    ['metadata', METADATA],
    ['spec', SPEC],
  ],
};

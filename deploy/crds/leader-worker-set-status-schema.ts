import type { StructuralSchema } from './structural-schema.ts';

const int32 = (description: string): StructuralSchema => ({ description, type: 'integer', format: 'int32' });

// The limits are those of every Kubernetes condition (metav1.Condition).
const condition: StructuralSchema = {
  type: 'object',
  required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
  properties: {
    type: {
      description: 'Available, Progressing or UpdateInProgress.',
      type: 'string',
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    },
    status: { description: 'Whether the condition holds.', type: 'string', enum: ['True', 'False', 'Unknown'] },
    reason: {
      description: 'Why, as one word for programs.',
      type: 'string',
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    },
    message: { description: 'Why, as a sentence for people.', type: 'string', maxLength: 32768 },
    lastTransitionTime: { description: 'When the status last changed.', type: 'string', format: 'date-time' },
    observedGeneration: {
      description: 'Generation of the set that the condition was computed from.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
  },
};

/** The schema of a LeaderWorkerSet's `status`. */
export const leaderWorkerSetStatusSchema: StructuralSchema = {
  description: 'The groups that exist, as last observed.',
  type: 'object',
  properties: {
    conditions: {
      description: 'Available, Progressing and UpdateInProgress, each once.',
      type: 'array',
      items: condition,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    replicas: int32('Groups that exist, ready or not.'),
    readyReplicas: int32('Groups whose pods are all ready.'),
    updatedReplicas: int32('Groups of the newest revision.'),
    hpaPodSelector: { description: 'Label selector of the leader pods, for autoscalers.', type: 'string' },
    observedGeneration: {
      description: 'Generation of the set that this status was computed from.',
      type: 'integer',
      format: 'int64',
    },
  },
};

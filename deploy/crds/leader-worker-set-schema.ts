import type { KubernetesDefinitions } from './kubernetes-definitions.ts';
import { leaderWorkerSetSpecSchema } from './leader-worker-set-spec-schema.ts';
import { leaderWorkerSetStatusSchema } from './leader-worker-set-status-schema.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** Returns the schema of LeaderWorkerSet v1, with pod and claim templates taken from the given definitions. */
export const leaderWorkerSetSchema = (definitions: KubernetesDefinitions): StructuralSchema => ({
  description: 'LeaderWorkerSet runs groups of pods, each a leader and its workers, that live and die together.',
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: leaderWorkerSetSpecSchema(definitions),
    status: leaderWorkerSetStatusSchema,
  },
});

import type { KubernetesDefinitions } from './kubernetes-definitions.ts';
import { leaderWorkerSetSchema } from './leader-worker-set-schema.ts';

const additionalPrinterColumns = [
  { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas', description: 'Number of ready replicas' },
  { name: 'Desired', type: 'integer', jsonPath: '.spec.replicas', description: 'Number of desired replicas' },
  {
    name: 'Up-to-date',
    type: 'integer',
    jsonPath: '.status.updatedReplicas',
    description: 'Number of up-to-date replicas',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

const subresources = {
  status: {},
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.hpaPodSelector',
  },
};

/** Returns the CustomResourceDefinition of LeaderWorkerSet, with pod and claim templates taken from the given definitions. */
export const buildCRD = (definitions: KubernetesDefinitions) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'leaderworkersets.leaderworkerset.x-k8s.io' },
  spec: {
    group: 'leaderworkerset.x-k8s.io',
    names: {
      kind: 'LeaderWorkerSet',
      listKind: 'LeaderWorkerSetList',
      plural: 'leaderworkersets',
      singular: 'leaderworkerset',
      shortNames: ['lws'],
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources,
        additionalPrinterColumns,
        schema: { openAPIV3Schema: leaderWorkerSetSchema(definitions) },
      },
    ],
  },
});

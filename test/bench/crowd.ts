import { LABEL } from '../../src/api/labels.ts';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import { samplePods } from './sample-pod.ts';

const NAMESPACE = 'crowd';
const AT_ONCE = 16;

const toPod = (sample: ReturnType<typeof samplePods>[number], index: number) => {
  const { serviceAccount: _, serviceAccountName: __, volumes: ___, ...spec } = sample.spec;
  return {
    ...sample,
    metadata: {
      namespace: NAMESPACE,
      name: `pod-${index}`,
      labels: { ...sample.metadata.labels, [LABEL.name]: 'crowd', [LABEL.groupIndex]: '0', [LABEL.workerIndex]: '1' },
      annotations: sample.metadata.annotations,
    },
    spec: {
      ...spec,
      hostname: `pod-${index}`,
      containers: spec.containers.map(({ volumeMounts: ____, ...container }) => container),
      // The scheduler has no work with them, and nobody runs them.
      schedulingGates: [{ name: 'example.com/never' }],
      automountServiceAccountToken: false,
    },
  };
};

/** Creates so many pods of a set that does not exist: they are watched, and nothing is done about them. */
export const createCrowd = async ({ client }: ControlPlane, count: number): Promise<void> => {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: NAMESPACE } });
  const samples = samplePods({ variables: 4, hasManagedFields: false });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const sample = samples[index % samples.length];
      if (sample !== undefined) await client.create(toPod(sample, index));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

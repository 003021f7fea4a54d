import type { ControlPlane } from '../cluster/start-control-plane.ts';

/** Apart, because controllers ask of each pod which StatefulSet of its namespace selects it. */
const NAMESPACES = { pods: 'foreign-pods', statefulSets: 'foreign-statefulsets' } as const;
const AT_ONCE = 32;
const LABELS = { app: 'foreign' };
const CONTAINERS = [{ name: 'main', image: 'nginx:1', resources: { requests: { cpu: '1', memory: '1Gi' } } }];

const pod = (index: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: NAMESPACES.pods, name: `pod-${index}`, labels: LABELS },
  // No scheduler has work with them, and nobody runs them.
  spec: { schedulerName: 'nobody', automountServiceAccountToken: false, containers: CONTAINERS },
});

const statefulSet = (index: number) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { namespace: NAMESPACES.statefulSets, name: `foreign-${index}`, labels: LABELS },
  spec: {
    replicas: 0,
    serviceName: 'foreign',
    selector: { matchLabels: LABELS },
    template: { metadata: { labels: LABELS }, spec: { containers: CONTAINERS } },
  },
});

/** Creates so many pods and so many StatefulSets without pods that no LeaderWorkerSet has anything to do with. */
export const createForeign = async ({ client }: ControlPlane, count: number): Promise<void> => {
  for (const namespace of Object.values(NAMESPACES)) {
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      await client.create(pod(index));
      await client.create(statefulSet(index));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

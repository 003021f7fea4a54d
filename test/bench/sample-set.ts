import { ANNOTATION } from '../../src/api/labels.ts';
import { sampleContainers } from './sample-pod.ts';

export type SetSample = {
  /** How many variables each template has. */
  readonly variables: number;
  readonly hasLeaderTemplate: boolean;
};

const template = (variables: number) => ({
  metadata: { labels: { app: 'serve' } },
  spec: {
    containers: sampleContainers(variables),
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '15Gi' } }],
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
  },
});

/** A set of groups of four, with all of its defaults but one, as the API server asks about it. */
export const sampleSet = ({ variables, hasLeaderTemplate }: SetSample, replicas = 3) => ({
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: {
    name: 'vllm',
    namespace: 'default',
    labels: { 'app.kubernetes.io/name': 'vllm', team: 'serving' },
    annotations: { [ANNOTATION.exclusiveTopology]: 'cloud.example.com/rack' },
  },
  spec: {
    replicas,
    leaderWorkerTemplate: {
      ...(hasLeaderTemplate ? { leaderTemplate: template(variables) } : {}),
      workerTemplate: template(variables),
      size: 4,
      restartPolicy: 'RecreateGroupOnPodRestart',
    },
    rolloutStrategy: {
      type: 'RollingUpdate',
      rollingUpdateConfiguration: { partition: 0, maxUnavailable: '25%', maxSurge: 1 },
    },
    startupPolicy: 'LeaderCreated',
  },
});

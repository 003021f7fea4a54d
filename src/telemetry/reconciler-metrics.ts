import { Registry } from '@prometheus-io/client';
import { createInformerMetrics, createRestClientMetrics } from './client-metrics.ts';
import { createControllerMetrics } from './controller-metrics.ts';
import { createEventLoopMetrics } from './event-loop-metrics.ts';
import { createGroupMetrics } from './group-metrics.ts';
import { createLeaderElectionMetrics } from './leader-election-metrics.ts';
import type { MetricFamilies } from './merge-metrics.ts';
import { createWorkQueueMetrics } from './work-queue-metrics.ts';

/** What the reconciler's thread counts; the main thread adds it to its own when it is asked for metrics. */
export const createReconcilerMetrics = () => {
  const registry = new Registry();
  createEventLoopMetrics(registry, 'reconciler');
  const groups = createGroupMetrics();
  return {
    groups,
    workQueue: createWorkQueueMetrics(registry),
    controller: createControllerMetrics(registry),
    restClient: createRestClientMetrics(registry),
    informer: createInformerMetrics(registry),
    leaderElection: createLeaderElectionMetrics(registry),
    /** All of them, to be merged with those of the main thread. */
    readFamilies: async (): Promise<MetricFamilies> => [
      ...(await registry.getMetricsAsJSON()),
      ...(await groups.readFamilies()),
    ],
  };
};

import { Registry } from '@prometheus-io/client';
import { createInformerMetrics, createRestClientMetrics } from './client-metrics.ts';
import { createControllerMetrics } from './controller-metrics.ts';
import { createWorkQueueMetrics } from './work-queue-metrics.ts';

/** What the reconciler's thread counts; the main thread adds it to its own when it is asked for metrics. */
export const createReconcilerMetrics = () => {
  const registry = new Registry();
  return {
    workQueue: createWorkQueueMetrics(registry),
    controller: createControllerMetrics(registry),
    restClient: createRestClientMetrics(registry),
    informer: createInformerMetrics(registry),
    /** All of them in Prometheus' text format. */
    read: (): Promise<string> => registry.metrics(),
  };
};

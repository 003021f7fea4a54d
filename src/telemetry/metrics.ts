import { Registry, collectDefaultMetrics } from '@prometheus-io/client';
import type { CertificateRecorder } from './certificate-metrics.ts';
import { createCertificateMetrics } from './certificate-metrics.ts';
import type { InformerRecorder, RestClientRecorder } from './client-metrics.ts';
import { createInformerMetrics, createRestClientMetrics } from './client-metrics.ts';
import type { ControllerRecorder } from './controller-metrics.ts';
import { createControllerMetrics } from './controller-metrics.ts';
import { createEventLoopMetrics } from './event-loop-metrics.ts';
import type { LeaderElectionRecorder } from './leader-election-metrics.ts';
import { createLeaderElectionMetrics } from './leader-election-metrics.ts';
import { type MetricFamilies, mergeMetrics } from './merge-metrics.ts';
import type { PolicyRecorder } from './policy-metrics.ts';
import { createPolicyMetrics } from './policy-metrics.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';
import type { WorkQueueRecorder } from './work-queue-metrics.ts';
import { createWorkQueueMetrics } from './work-queue-metrics.ts';

export type Metrics = {
  readonly webhook: WebhookMetrics;
  readonly workQueue: WorkQueueRecorder;
  readonly controller: ControllerRecorder;
  readonly restClient: RestClientRecorder;
  readonly informer: InformerRecorder;
  readonly leaderElection: LeaderElectionRecorder;
  readonly certificate: CertificateRecorder;
  readonly policy: PolicyRecorder;
  readonly contentType: string;
  /** All of them, and those of other threads, in Prometheus' text format. */
  readonly read: (others?: readonly MetricFamilies[]) => Promise<string>;
};

/** Everything that the manager counts, each family under the names that dashboards for controller-runtime know. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  createEventLoopMetrics(registry, 'admission');
  return {
    webhook: createWebhookMetrics(registry),
    workQueue: createWorkQueueMetrics(registry),
    controller: createControllerMetrics(registry),
    restClient: createRestClientMetrics(registry),
    informer: createInformerMetrics(registry),
    leaderElection: createLeaderElectionMetrics(registry),
    certificate: createCertificateMetrics(registry),
    policy: createPolicyMetrics(registry),
    contentType: registry.contentType,
    read: async (others = []) => mergeMetrics([await registry.getMetricsAsJSON(), ...others]),
  };
};

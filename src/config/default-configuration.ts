import type { Configuration } from '../api/configuration.ts';

/** The configuration of a manager whose file says nothing. */
export const DEFAULT_CONFIGURATION: Configuration = {
  webhook: { port: 9443, host: '', certDir: '/tmp/k8s-webhook-server/serving-certs' },
  metrics: { bindAddress: ':8443' },
  health: { healthProbeBindAddress: ':8081', readinessEndpointName: '/readyz', livenessEndpointName: '/healthz' },
  leaderElection: {
    leaderElect: true,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
    resourceLock: 'leases',
    resourceName: 'b8b2488c.x-k8s.io',
  },
  internalCertManagement: {
    enable: true,
    webhookServiceName: 'lws-webhook-service',
    webhookSecretName: 'lws-webhook-server-cert',
  },
  clientConnection: { qps: 500, burst: 500 },
  tls: {},
};

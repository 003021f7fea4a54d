import type { Configuration } from '../api/configuration.ts';
import type { GivenFlags } from './given-flags.ts';

/** The configuration with the flags that were given in place of what the file says. */
export const applyFlags = (configuration: Configuration, flags: GivenFlags): Configuration => {
  const { metrics, health, leaderElection, clientConnection } = configuration;
  return {
    ...configuration,
    metrics: { bindAddress: flags.metricsBindAddress ?? metrics.bindAddress },
    health: { ...health, healthProbeBindAddress: flags.healthProbeBindAddress ?? health.healthProbeBindAddress },
    leaderElection: {
      leaderElect: flags.leaderElect ?? leaderElection.leaderElect,
      leaseDurationMs: flags.leaseDurationMs ?? leaderElection.leaseDurationMs,
      renewDeadlineMs: flags.renewDeadlineMs ?? leaderElection.renewDeadlineMs,
      retryPeriodMs: flags.retryPeriodMs ?? leaderElection.retryPeriodMs,
      resourceLock: flags.resourceLock ?? leaderElection.resourceLock,
      resourceName: flags.resourceName ?? leaderElection.resourceName,
    },
    clientConnection: {
      qps: flags.kubeAPIQPS ?? clientConnection.qps,
      burst: flags.kubeAPIBurst ?? clientConnection.burst,
    },
  };
};

import type { PolicyDefinition } from './policy.ts';

/** The manager's configuration file, `config.lws.x-k8s.io/v1alpha1 Configuration`, with every default filled in. Durations are in milliseconds. */
export type Configuration = {
  readonly webhook: { readonly port: number; readonly host: string; readonly certDir: string };
  /** `0` switches the metrics server off. */
  readonly metrics: { readonly bindAddress: string };
  /** `0` switches the probe server off. */
  readonly health: {
    readonly healthProbeBindAddress: string;
    readonly readinessEndpointName: string;
    readonly livenessEndpointName: string;
  };
  readonly leaderElection: {
    readonly leaderElect: boolean;
    readonly leaseDurationMs: number;
    readonly renewDeadlineMs: number;
    readonly retryPeriodMs: number;
    readonly resourceLock: string;
    readonly resourceName: string;
  };
  readonly internalCertManagement: {
    readonly enable: boolean;
    readonly webhookServiceName: string;
    readonly webhookSecretName: string;
  };
  /** Absent: gang scheduling is off. */
  readonly gangSchedulingManagement?: { readonly schedulerProvider: 'volcano' };
  readonly clientConnection: { readonly qps: number; readonly burst: number };
  readonly tls: { readonly minVersion?: 'VersionTLS12' | 'VersionTLS13'; readonly cipherSuites?: readonly string[] };
  /** Absent: there are none. */
  readonly policies?: readonly PolicyDefinition[];
  /** Files that hold more policies; a relative path starts at the folder of the configuration file. Absent: there are none. */
  readonly policyFiles?: readonly string[];
};

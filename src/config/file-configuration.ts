/** A field without a value (`webhook:`) counts as absent. */
type Partially<T> = { readonly [K in keyof T]?: T[K] | null };

/** A policy as a file may write it. */
export type FilePolicy = Partially<{
  name: string;
  match: Partially<{
    namespaces: readonly string[];
    excludeNamespaces: readonly string[];
    labels: Readonly<Record<string, string>>;
    operations: readonly string[];
  }>;
  enforcement: string;
  message: string;
  schema: Readonly<Record<string, unknown>>;
}>;

/** The configuration as a file may write it: any part may be missing. Durations are Go's texts. */
export type FileConfiguration = Partially<{
  apiVersion: string;
  kind: string;
  webhook: Partially<{ port: number; host: string; certDir: string }>;
  metrics: Partially<{ bindAddress: string }>;
  health: Partially<{ healthProbeBindAddress: string; readinessEndpointName: string; livenessEndpointName: string }>;
  leaderElection: Partially<{
    leaderElect: boolean;
    leaseDuration: string;
    renewDeadline: string;
    retryPeriod: string;
    resourceLock: string;
    resourceName: string;
    resourceNamespace: string;
  }>;
  internalCertManagement: Partially<{ enable: boolean; webhookServiceName: string; webhookSecretName: string }>;
  gangSchedulingManagement: Partially<{ schedulerProvider: string }>;
  clientConnection: Partially<{ qps: number; burst: number }>;
  tls: Partially<{ minVersion: string; cipherSuites: readonly string[] }>;
  policies: readonly FilePolicy[];
  policyFiles: readonly string[];
}>;

/** One section of the file, or its absence. */
export type Section<K extends keyof FileConfiguration> = FileConfiguration[K];

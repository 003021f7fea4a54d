/** The flags that were given, and only those. */
export type GivenFlags = {
  readonly help?: boolean;
  readonly version?: boolean;
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly metricsBindAddress?: string;
  readonly healthProbeBindAddress?: string;
  readonly kubeAPIQPS?: number;
  readonly kubeAPIBurst?: number;
  readonly leaderElect?: boolean;
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
  readonly resourceLock?: string;
  readonly resourceName?: string;
  readonly zapDevel?: boolean;
  readonly zapLogLevel?: 'debug' | 'info' | 'error';
  readonly zapEncoder?: string;
  readonly zapTimeEncoding?: string;
  readonly zapStacktraceLevel?: string;
};

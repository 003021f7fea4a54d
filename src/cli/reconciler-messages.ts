import type { Configuration } from '../api/configuration.ts';
import type { LogLevel } from '../telemetry/logger.ts';
import type { MetricFamilies } from '../telemetry/merge-metrics.ts';

/** What the thread of the reconciler needs to begin with. */
export type ReconcilerSettings = {
  readonly configuration: Configuration;
  readonly kubeconfig: string | undefined;
  readonly namespace: string;
  readonly identity: string;
  readonly logLevel: LogLevel;
  /** An earlier thread has seen all that there is, so that nobody waits for this one to see it again. */
  readonly isSuccessor: boolean;
};

/** From the main thread to the reconciler's. */
export type ToReconciler =
  | { readonly kind: 'stop' }
  | { readonly kind: 'logLevel'; readonly level: LogLevel }
  | { readonly kind: 'metrics'; readonly id: number };

/** From the reconciler's thread to the main one. */
export type FromReconciler =
  | {
      readonly kind: 'alive';
      readonly leading: boolean;
      /** What is missing of all that there is to reconcile; undefined when nothing is. */
      readonly unsynced: string | undefined;
    }
  | { readonly kind: 'metrics'; readonly id: number; readonly families: MetricFamilies };

import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge, Histogram } from '@prometheus-io/client';

export type ReconcileOutcome = 'success' | 'error' | 'requeue' | 'requeue_after';

export type ControllerRecorder = {
  readonly reconciled: (
    labels: { readonly controller: string; readonly result: ReconcileOutcome },
    seconds: number,
  ) => void;
  readonly panics: (controller: string) => void;
  readonly activeWorkers: (controller: string, count: number) => void;
  readonly workers: (controller: string, count: number) => void;
};

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const OUTCOMES: readonly ReconcileOutcome[] = ['success', 'error', 'requeue', 'requeue_after'];

const createCounter = (registry: Registry, name: string, help: string) =>
  new Counter({ name: `controller_runtime_${name}`, help, labelNames: ['controller'], registers: [registry] });

const createGauge = (registry: Registry, name: string, help: string) =>
  new Gauge({ name: `controller_runtime_${name}`, help, labelNames: ['controller'], registers: [registry] });

/** The metrics of controllers, under controller-runtime's names. */
export const createControllerMetrics = (registry: Registry): ControllerRecorder => {
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller',
    labelNames: ['controller', 'result'],
    registers: [registry],
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller',
    labelNames: ['controller'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const errors = createCounter(
    registry,
    'reconcile_errors_total',
    'Total number of reconciliation errors per controller',
  );
  const terminalErrors = createCounter(
    registry,
    'terminal_reconcile_errors_total',
    'Total number of terminal reconciliation errors per controller',
  );
  const timeouts = createCounter(
    registry,
    'reconcile_timeouts_total',
    'Total number of reconciliation timeouts per controller',
  );
  const panics = createCounter(
    registry,
    'reconcile_panics_total',
    'Total number of reconciliation panics per controller',
  );
  const active = createGauge(registry, 'active_workers', 'Number of currently used workers per controller');
  const workers = createGauge(
    registry,
    'max_concurrent_reconciles',
    'Maximum number of concurrent reconciles per controller',
  );
  return {
    reconciled: ({ controller, result }, seconds) => {
      total.inc({ controller, result });
      time.observe({ controller }, seconds);
      if (result === 'error') errors.inc({ controller });
    },
    panics: (controller) => panics.inc({ controller }),
    activeWorkers: (controller, count) => active.set({ controller }, count),
    workers: (controller, count) => {
      workers.set({ controller }, count);
      // All series of a controller are there from its start, so that their rates can be computed.
      for (const result of OUTCOMES) total.inc({ controller, result }, 0);
      for (const counter of [errors, terminalErrors, timeouts, panics]) counter.inc({ controller }, 0);
    },
  };
};

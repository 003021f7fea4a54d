import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge, Histogram } from '@prometheus-io/client';

/** How long the keys that are being worked on have taken, in seconds: together, and the longest. */
export type RunningSeconds = { readonly total: number; readonly longest: number };

export type WorkQueueRecorder = {
  readonly depth: (name: string, depth: number) => void;
  readonly adds: (name: string) => void;
  readonly retries: (name: string) => void;
  readonly queueSeconds: (name: string, seconds: number) => void;
  readonly workSeconds: (name: string, seconds: number) => void;
  /** Has this function asked, at every scrape, what the queue of this name is busy with. */
  readonly observeRunning: (name: string, read: () => RunningSeconds) => void;
};

const BUCKETS = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

const createHistogram = (registry: Registry, name: string, help: string) =>
  new Histogram({ name, help, labelNames: ['name', 'controller'], buckets: BUCKETS, registers: [registry] });

const createCounter = (registry: Registry, name: string, help: string) =>
  new Counter({ name, help, labelNames: ['name', 'controller'], registers: [registry] });

const createRunningGauge = (
  registry: Registry,
  name: string,
  help: string,
  readers: ReadonlyMap<string, () => number>,
): Gauge<'name' | 'controller'> =>
  new Gauge({
    name,
    help,
    labelNames: ['name', 'controller'],
    registers: [registry],
    collect() {
      for (const [queue, read] of readers) this.set({ name: queue, controller: queue }, read());
    },
  });

/** The metrics of work queues, under client-go's names. */
export const createWorkQueueMetrics = (registry: Registry): WorkQueueRecorder => {
  const totals = new Map<string, () => number>();
  const longest = new Map<string, () => number>();
  createRunningGauge(
    registry,
    'workqueue_unfinished_work_seconds',
    'Seconds of work in progress that work_duration has not seen yet',
    totals,
  );
  createRunningGauge(
    registry,
    'workqueue_longest_running_processor_seconds',
    'Seconds that the longest running processor has run',
    longest,
  );
  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Current depth of the work queue',
    labelNames: ['name', 'controller'],
    registers: [registry],
  });
  const adds = createCounter(registry, 'workqueue_adds_total', 'Total number of adds handled by the work queue');
  const retries = createCounter(
    registry,
    'workqueue_retries_total',
    'Total number of retries handled by the work queue',
  );
  const waiting = createHistogram(
    registry,
    'workqueue_queue_duration_seconds',
    'Seconds that an item stays in the work queue before it is requested',
  );
  const working = createHistogram(
    registry,
    'workqueue_work_duration_seconds',
    'Seconds that processing an item from the work queue takes',
  );
  const labels = (name: string) => ({ name, controller: name });
  return {
    depth: (name, value) => depth.set(labels(name), value),
    adds: (name) => adds.inc(labels(name)),
    retries: (name) => retries.inc(labels(name)),
    queueSeconds: (name, seconds) => waiting.observe(labels(name), seconds),
    workSeconds: (name, seconds) => working.observe(labels(name), seconds),
    observeRunning: (name, read) => {
      totals.set(name, () => read().total);
      longest.set(name, () => read().longest);
    },
  };
};

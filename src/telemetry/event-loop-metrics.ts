import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from '@prometheus-io/client';
import { Gauge } from '@prometheus-io/client';

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1] as const;

/** What is measured is the time between two ticks that should be `RESOLUTION_MS` apart. */
const lagSeconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);

/** The metric of how late the event loop of this thread is, since the last time it was read. */
export const createEventLoopMetrics = (registry: Registry, thread: string): void => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const lag = new Gauge({
    name: 'lws_event_loop_lag_seconds',
    help: 'How late the event loop of a thread was since the last scrape; quantile 1 is the worst.',
    labelNames: ['thread', 'quantile'],
    registers: [],
    collect() {
      for (const quantile of QUANTILES)
        this.set({ thread, quantile: String(quantile) }, lagSeconds(delays.percentile(quantile * 100)));
      delays.reset();
    },
  });
  registry.registerMetric(lag);
};

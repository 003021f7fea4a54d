import type { MetricValueWithName, Registry } from '@prometheus-io/client';
import { Histogram } from '@prometheus-io/client';

const NAME = 'controller_runtime_webhook_latency_seconds';

/** Answers are in time below 10 s, when the API server gives up; most take less than a millisecond. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long the reviews of one webhook took. */
export type Latency = {
  readonly observe: (seconds: number) => void;
  /** The numbers of reviews by bucket, the last of which has no bound, and the sum of their seconds. */
  readonly read: () => { readonly counts: readonly number[]; readonly sum: number };
};

/** Counts plain numbers: looking a series up in the library at each review costs more than all the rest of the metrics. */
export const createLatency = (): Latency => {
  const counts = [...BUCKETS, Infinity].map(() => 0);
  let sum = 0;
  return {
    observe: (seconds) => {
      let bucket = 0;
      while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket += 1;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += seconds;
    },
    read: () => ({ counts, sum }),
  };
};

type Value = MetricValueWithName<'webhook' | 'le'>;

const describe = (webhook: string, latency: Latency): Value[] => {
  const { counts, sum } = latency.read();
  let total = 0;
  const buckets = counts.map((count, index): Value => {
    total += count;
    return { metricName: `${NAME}_bucket`, labels: { le: BUCKETS[index] ?? '+Inf', webhook }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels: { webhook }, value: sum },
    { metricName: `${NAME}_count`, labels: { webhook }, value: total },
  ];
};

/** The histogram of what was observed by webhook, as it is at a scrape. */
export const registerLatencies = (registry: Registry, latencies: ReadonlyMap<string, Latency>): void => {
  const histogram = new Histogram<string>({
    name: NAME,
    help: 'Histogram of the latency of processing admission requests',
    labelNames: ['webhook'],
    buckets: BUCKETS,
    registers: [],
  });
  const read = histogram.get.bind(histogram);
  histogram.get = async () => ({
    ...(await read()),
    values: [...latencies].flatMap(([webhook, latency]) => describe(webhook, latency)),
  });
  registry.registerMetric(histogram);
};

import { Registry } from '@prometheus-io/client';
import type { MetricObjectWithValues, MetricValue } from '@prometheus-io/client';

/** All that a thread has counted, in a form that can be sent to another one. */
export type MetricFamilies = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Facts of the process, which the library leaves out because they cannot be added up: here only one thread tells them. */
const keepAll = (families: MetricFamilies): MetricFamilies =>
  families.map((family) => (family.aggregator === 'omit' ? { ...family, aggregator: 'first' } : family));

/** What several threads have counted as one text in Prometheus' format: each family once, equal series added up. */
export const mergeMetrics = (threads: readonly MetricFamilies[]): Promise<string> =>
  Registry.aggregate(threads.map(keepAll)).metrics();

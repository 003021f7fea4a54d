import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge, Histogram } from '@prometheus-io/client';

export type RestClientRecorder = {
  readonly requests: (labels: { readonly method: string; readonly host: string; readonly code: string }) => void;
  readonly requestSeconds: (labels: { readonly verb: string; readonly host: string }, seconds: number) => void;
};

export type InformerRecorder = {
  readonly events: (labels: { readonly kind: string; readonly type: string }) => void;
  readonly relists: (labels: { readonly kind: string }) => void;
  readonly watchFailures: (labels: { readonly kind: string }) => void;
  readonly objects: (labels: { readonly kind: string }, count: number) => void;
  /** Has this function asked, at every scrape, for how long the watch of this kind has been silent. */
  readonly observeAge: (labels: { readonly kind: string }, readSeconds: () => number) => void;
};

/** The metrics of requests to the API server, under client-go's names. */
export const createRestClientMetrics = (registry: Registry): RestClientRecorder => {
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host.',
    labelNames: ['code', 'method', 'host'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Request latency in seconds. Broken down by verb, and host.',
    labelNames: ['verb', 'host'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
    registers: [registry],
  });
  return {
    requests: (labels) => requests.inc(labels),
    requestSeconds: (labels, value) => seconds.observe(labels, value),
  };
};

/** The metrics of the caches that watches keep up to date. */
export const createInformerMetrics = (registry: Registry): InformerRecorder => {
  const createCounter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const events = createCounter('lws_informer_events_total', 'Number of changes that watches told of.', [
    'kind',
    'type',
  ]);
  const relists = createCounter('lws_informer_lists_total', 'Number of full lists.', ['kind']);
  const failures = createCounter('lws_informer_watch_failures_total', 'Number of watches that broke.', ['kind']);
  const objects = new Gauge({
    name: 'lws_informer_objects',
    help: 'Number of objects in the cache.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const ages = new Map<string, () => number>();
  const age = new Gauge({
    name: 'lws_informer_age_seconds',
    help: 'Seconds since the API server last sent anything about a kind; it sends something every minute at least.',
    labelNames: ['kind'],
    registers: [],
    collect() {
      for (const [kind, readSeconds] of ages) this.set({ kind }, readSeconds());
    },
  });
  registry.registerMetric(age);
  return {
    events: (labels) => events.inc(labels),
    relists: (labels) => relists.inc(labels),
    watchFailures: (labels) => failures.inc(labels),
    objects: (labels, count) => objects.set(labels, count),
    observeAge: ({ kind }, readSeconds) => ages.set(kind, readSeconds),
  };
};

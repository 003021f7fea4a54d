import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge } from '@prometheus-io/client';
import type { Latency } from './webhook-latency.ts';
import { createLatency, registerLatencies } from './webhook-latency.ts';

/** What a review came to; `failed` for a reason that is not the object's. */
export type AdmissionVerdict = 'allowed' | 'denied' | 'failed';

/** Records the reviews of one webhook. */
export type WebhookRecorder = {
  readonly started: () => void;
  readonly decided: (verdict: AdmissionVerdict) => void;
  /** `code` is that of the HTTP answer. */
  readonly finished: (code: number, seconds: number) => void;
};

export type WebhookMetrics = {
  /** A recorder for the webhook of this path, to be made once. */
  readonly forPath: (path: string) => WebhookRecorder;
  /** Counts a review that failed for a reason that nobody foresaw. */
  readonly panicked: () => void;
};

type Tally = { ok: number; failed: number; inFlight: number; readonly verdicts: Record<AdmissionVerdict, number> };

const createRequestCounter = (registry: Registry, tallies: ReadonlyMap<string, Tally>) =>
  new Counter({
    name: 'controller_runtime_webhook_requests_total',
    help: 'Total number of admission requests by HTTP status code.',
    labelNames: ['webhook', 'code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [webhook, { ok, failed }] of tallies) {
        this.inc({ webhook, code: '200' }, ok);
        this.inc({ webhook, code: '500' }, failed);
      }
    },
  });

const createVerdictCounter = (registry: Registry, tallies: ReadonlyMap<string, Tally>) =>
  new Counter({
    name: 'lws_admission_reviews_total',
    help: 'Total number of admission reviews by webhook and verdict.',
    labelNames: ['webhook', 'verdict'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [webhook, { verdicts }] of tallies)
        for (const [verdict, count] of Object.entries(verdicts)) this.inc({ webhook, verdict }, count);
    },
  });

const createInFlightGauge = (registry: Registry, tallies: ReadonlyMap<string, Tally>) =>
  new Gauge({
    name: 'controller_runtime_webhook_requests_in_flight',
    help: 'Current number of admission requests being served.',
    labelNames: ['webhook'],
    registers: [registry],
    collect() {
      for (const [webhook, { inFlight }] of tallies) this.set({ webhook }, inFlight);
    },
  });

const createPanicCounter = (registry: Registry) =>
  new Counter({
    name: 'controller_runtime_webhook_panics_total',
    help: 'Total number of webhook panics',
    registers: [registry],
  });

/** The metrics of the admission server, under controller-runtime's names. Plain numbers are counted per review and read at a scrape. */
export const createWebhookMetrics = (registry: Registry): WebhookMetrics => {
  const tallies = new Map<string, Tally>();
  createRequestCounter(registry, tallies);
  createVerdictCounter(registry, tallies);
  createInFlightGauge(registry, tallies);
  const latencies = new Map<string, Latency>();
  registerLatencies(registry, latencies);
  const panics = createPanicCounter(registry);
  return {
    forPath: (webhook) => {
      const tally: Tally = { ok: 0, failed: 0, inFlight: 0, verdicts: { allowed: 0, denied: 0, failed: 0 } };
      tallies.set(webhook, tally);
      const latency = createLatency();
      latencies.set(webhook, latency);
      return {
        started: () => {
          tally.inFlight += 1;
        },
        decided: (verdict) => {
          tally.verdicts[verdict] += 1;
        },
        finished: (code, seconds) => {
          tally.inFlight -= 1;
          if (code === 200) tally.ok += 1;
          else tally.failed += 1;
          latency.observe(seconds);
        },
      };
    },
    panicked: () => panics.inc(),
  };
};

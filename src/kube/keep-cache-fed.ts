import type { KubeObject } from '../api/kubernetes.ts';
import { ApiError } from './api-error.ts';
import { createBackoff } from './backoff.ts';
import type { CacheFeed } from './cache-feed.ts';
import type { Clock } from './clock.ts';
import type { InformerOptions } from './informer-cache.ts';
import { resourcePath } from './resource-path.ts';
import { sleep } from './sleep.ts';
import { watchOutcome } from './watch-outcome.ts';
import { FIRST_PLAN, planWatch } from './watch-plan.ts';
import type { WatchOutcome, WatchPlan } from './watch-plan.ts';
import { runWatchSession } from './watch-session.ts';
import type { SessionProgress } from './watch-session.ts';

/** client-go's delays between attempts to list or watch. */
const BACKOFF = { baseMs: 800, maxMs: 30_000 };

/** Watches end at different times, so that a restarted API server is not asked for everything at once. */
const SHORTEST_WATCH_SECONDS = 300;

/** A stream that ended sooner did not end because its time was over: don't open the next one at once. */
const SETTLED_MS = 5_000;

/** True when the outcome tells how to do better at once; a list that is gone itself would be so again. */
const knowsBetter = ({ kind }: WatchOutcome, tried: WatchPlan): boolean =>
  kind === 'streaming-refused' || kind === 'rewound' || (kind === 'gone' && !tried.list);

type Options<T extends KubeObject> = InformerOptions<T> & {
  readonly feed: CacheFeed;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called with each error that ends an attempt. */
  readonly onFailure: (error: unknown) => void;
};

type Attempt = { readonly outcome: WatchOutcome; readonly error?: unknown; readonly lastedMs: number };

const attempt = async <T extends KubeObject>(
  options: Options<T>,
  plan: WatchPlan,
  signal: AbortSignal,
): Promise<Attempt> => {
  const { client, feed, clock, metrics, resource } = options;
  const { kind } = resource;
  const progress: SessionProgress = { events: 0, listed: false };
  const startedAt = clock.monotonicMs();
  const end = (kindOfEnd: WatchOutcome['kind'], error?: unknown): Attempt => ({
    outcome: { kind: kindOfEnd, progress: progress.events > 0, listed: progress.listed },
    error,
    lastedMs: clock.monotonicMs() - startedAt,
  });

  if (plan.list) metrics?.relists?.({ kind });
  const session = {
    client,
    path: resourcePath({ ...resource, namespace: options.namespace }),
    query: { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector },
    feed,
    timeoutSeconds: Math.floor(SHORTEST_WATCH_SECONDS * (1 + options.random())),
    onEvent: metrics?.events && ((type: string) => metrics.events?.({ kind, type })),
  };
  try {
    await runWatchSession(session, plan, progress, signal);
    return end('closed');
  } catch (error) {
    return end(watchOutcome(error, plan, progress.listed), error);
  }
};

const report = <T extends KubeObject>(
  { log, resource, metrics, onFailure }: Options<T>,
  ended: Attempt,
  failures: number,
): void => {
  if (ended.outcome.kind === 'closed') return;
  onFailure(ended.error);
  metrics?.watchFailures?.({ kind: resource.kind });
  // The first of a row, then every tenth: an API server that is away for an hour needs no thousand lines.
  const level = failures % 10 === 0 ? 'warn' : 'debug';
  log[level]({ error: ended.error, kind: resource.kind, failures }, `watch ended: ${ended.outcome.kind}`);
};

/** Fills a cache and keeps it up to date until the signal is aborted, through everything an API server does; never rejects. */
export const keepCacheFed = async <T extends KubeObject>(options: Options<T>, signal: AbortSignal): Promise<void> => {
  const { clock } = options;
  const backoff = createBackoff({ ...BACKOFF, random: options.random });
  let plan = FIRST_PLAN;
  while (!signal.aborted) {
    const ended = await attempt(options, plan, signal);
    if (signal.aborted) return;
    if (ended.outcome.progress || ended.outcome.listed) backoff.reset();
    report(options, ended, backoff.failures());
    const tried = plan;
    plan = planWatch(tried, ended.outcome);

    const settled = ended.outcome.kind === 'closed' && ended.outcome.progress && ended.lastedMs > SETTLED_MS;
    if (settled || knowsBetter(ended.outcome, tried)) continue;
    const asked = ended.error instanceof ApiError ? (ended.error.retryAfterMs ?? 0) : 0;
    await sleep(clock, Math.max(backoff.nextMs(), asked), signal);
  }
};

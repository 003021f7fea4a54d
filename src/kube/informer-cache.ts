import type { KubeObject } from '../api/kubernetes.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createCacheFeed } from './cache-feed.ts';
import { createChangeFeed } from './change-feed.ts';
import { keepCacheFed } from './keep-cache-fed.ts';
import type { Log } from './log.ts';
import { createObjectReader } from './object-reader.ts';
import { createObjectStore } from './object-store.ts';
import type { Resource } from './resource-path.ts';
import type { ListingClient } from './watch-session.ts';

/** One difference between what the cache held and what it holds now. */
export type Change<T> =
  | { readonly kind: 'added'; readonly before?: undefined; readonly after: T }
  | { readonly kind: 'updated'; readonly before: T; readonly after: T }
  | { readonly kind: 'deleted'; readonly before: T; readonly after?: undefined };

export type InformerMetrics = {
  readonly events?: (labels: { readonly kind: string; readonly type: string }) => void;
  readonly relists?: (labels: { readonly kind: string }) => void;
  readonly watchFailures?: (labels: { readonly kind: string }) => void;
  readonly objects?: (labels: { readonly kind: string }, count: number) => void;
  readonly observeAge?: (labels: { readonly kind: string }, readSeconds: () => number) => void;
};

export type InformerOptions<T extends KubeObject> = {
  readonly client: ListingClient;
  readonly resource: Resource;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly namespace?: string | undefined;
  /** Keeps what is needed of an object as the API server sent it (apiVersion and kind are always there). Default: all but managedFields. */
  readonly transform?: (raw: KubeObject) => T;
  /** Each index answers the keys under which an object is to be found. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
  readonly log: Log;
  readonly metrics?: InformerMetrics;
  readonly clock?: Clock;
  /** For jitter, 0 ≤ x < 1. */
  readonly random?: () => number;
};

export type Informer<T extends KubeObject> = {
  /** Fills the cache and keeps it up to date until the signal is aborted; never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Resolves once the cache holds everything that existed. */
  readonly synced: () => Promise<void>;
  readonly hasSynced: () => boolean;
  /** What keeps the cache from being complete for the first time, beginning with its kind; undefined when it has been. */
  readonly problem: () => string | undefined;
  readonly get: (namespace: string, name: string) => T | undefined;
  /** The objects under a key of an index; the array is a snapshot that nobody changes afterwards. */
  readonly byIndex: (index: string, key: string) => readonly T[];
  readonly list: () => Iterable<T>;
  /** Calls back on every difference; what a handler throws is logged. */
  readonly onChange: (handler: (change: Change<T>) => void) => void;
  /** Takes the server's answer to a write of ours, when it is newer than what the cache holds. */
  readonly observed: (object: KubeObject) => void;
  readonly secondsSinceActivity: () => number;
  /** The point of the cluster's history up to which the cache is complete. */
  readonly resourceVersion: () => string;
};

/** A cache of all objects of one kind, kept up to date by a watch. */
export const createInformer = <T extends KubeObject>(options: InformerOptions<T>): Informer<T> => {
  const { clock = systemClock, random = Math.random, log } = options;
  const kind = options.resource.kind;
  const changes = createChangeFeed<T>((error, change) => {
    log.error({ error, kind, change: change.kind }, 'a handler of cache changes failed');
  });
  const store = createObjectStore<T>(options.indexes ?? {}, (change) => {
    options.metrics?.objects?.({ kind }, store.size());
    changes.emit(change);
  });
  const read = createObjectReader<T>(options);
  const feed = createCacheFeed({ store, read, clock });
  let lastFailure = 'no answer yet';
  const problem = (): string | undefined => (feed.hasCompleted() ? undefined : `${kind}: ${lastFailure}`);
  const onFailure = (error: unknown): void => {
    lastFailure = error instanceof Error ? error.message : String(error);
  };
  options.metrics?.observeAge?.({ kind }, feed.secondsSinceActivity);

  return {
    run: (signal) => keepCacheFed({ ...options, feed, clock, random, onFailure }, signal),
    synced: () => feed.completed,
    hasSynced: feed.hasCompleted,
    problem,
    get: store.get,
    byIndex: store.byIndex,
    list: store.list,
    onChange: changes.subscribe,
    observed: feed.observed,
    secondsSinceActivity: feed.secondsSinceActivity,
    resourceVersion: feed.resourceVersion,
  };
};

/** What keeps these caches from being complete for the first time; undefined when all have been. */
export const tellProblems = (caches: readonly Pick<Informer<KubeObject>, 'problem'>[]): string | undefined =>
  caches.flatMap((cache) => cache.problem() ?? []).join(', ') || undefined;

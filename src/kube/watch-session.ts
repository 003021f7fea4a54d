import type { KubeObject } from '../api/kubernetes.ts';
import { apiErrorFromStatus } from './api-error.ts';
import type { CacheFeed } from './cache-feed.ts';
import { listPages } from './list-pages.ts';
import type { Query, RestClient } from './rest-client.ts';
import { endsInitialEvents, readEventHead, readWatchEvent } from './watch-event.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchPlan } from './watch-plan.ts';

/** Bookmarks come about once a minute, so a stream that is silent for longer is dead. */
const SILENCE_MS = 75_000;

/** The cluster's history is shorter than what the cache has seen of it. */
export class RewoundError extends Error {
  override readonly name = 'RewoundError';
}

/** How far a session came; read it also after the session failed. */
export type SessionProgress = { events: number; listed: boolean };

export type ListingClient = Pick<RestClient, 'request' | 'watch'> & Partial<Pick<RestClient, 'isUnhurried'>>;

export type WatchSessionOptions = {
  readonly client: ListingClient;
  readonly path: string;
  /** Selectors. */
  readonly query: Query;
  readonly feed: CacheFeed;
  readonly timeoutSeconds: number;
  readonly onEvent?: ((type: string) => void) | undefined;
};

const complete = (feed: CacheFeed, version: string, progress: SessionProgress): void => {
  if (!feed.complete(version)) throw new RewoundError('the cluster was taken back to an earlier state');
  progress.listed = true;
};

const versionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? '';

/** Reads everything if the plan says so, then follows changes until the server closes the stream; throws when it fails. */
export const runWatchSession = async (
  options: WatchSessionOptions,
  plan: WatchPlan,
  progress: SessionProgress,
  signal: AbortSignal,
): Promise<void> => {
  const { client, path, query, feed } = options;
  const streamsList = plan.list && plan.streaming;
  // What is there until the new list is complete is late, but whole.
  const isUnhurried = client.isUnhurried === true || feed.hasCompleted();
  // In a history that was rewound, the same version may be of another state.
  const readsAgain = streamsList && feed.hasCompleted() && !plan.rewound;
  if (plan.list) feed.begin({ rewound: plan.rewound });
  if (plan.list && !plan.streaming)
    complete(feed, await listPages({ client, path, query, feed, isUnhurried }, signal), progress);

  const take = (event: WatchEvent): void => {
    if (event.type === 'ERROR') throw apiErrorFromStatus(event.object);
    const { type, object } = event;
    if (type === 'DELETED') feed.remove(object);
    else if (type !== 'BOOKMARK') feed.put(object);

    // The events about what existed already come in no order of time.
    if (!streamsList || progress.listed) feed.advance(versionOf(object));
    else if (type === 'BOOKMARK' && endsInitialEvents(object)) complete(feed, versionOf(object), progress);
  };

  /** Most of what is read again has not changed. */
  const isKnown = (line: Buffer): boolean => {
    const head = readsAgain && !progress.listed ? readEventHead(line) : undefined;
    return head !== undefined && feed.confirm(head);
  };

  const takeLine = (line: Buffer): WatchEvent['type'] => {
    if (isKnown(line)) return 'ADDED';
    const event = readWatchEvent(line);
    take(event);
    return event.type;
  };

  await client.watch({
    path,
    query: {
      ...query,
      watch: true,
      allowWatchBookmarks: true,
      timeoutSeconds: options.timeoutSeconds,
      ...(streamsList
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: feed.resourceVersion() }),
    },
    silenceMs: SILENCE_MS,
    isUnhurried: () => isUnhurried && streamsList && !progress.listed,
    signal,
    onLine: (line) => {
      feed.touch();
      const type = takeLine(line);
      progress.events += 1;
      options.onEvent?.(type);
    },
  });
};

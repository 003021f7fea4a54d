import { setImmediate, setTimeout } from 'node:timers/promises';
import type { KubeObject } from '../api/kubernetes.ts';
import { createBreath } from './breathe.ts';
import type { CacheFeed } from './cache-feed.ts';
import type { ObjectList, Query, RestClient } from './rest-client.ts';

/** About 2 MB of pods a page, which are parsed in 15 ms. */
const PAGE_LIMIT = 250;
/** As streams are read where nobody is in a hurry: 5 MB a second. */
const PAUSE_MS = 400;

type ListOptions = {
  readonly client: Pick<RestClient, 'request'>;
  readonly path: string;
  readonly query: Query;
  readonly feed: CacheFeed;
  /** Nobody waits for the objects: they are read slowly, for the sake of others. */
  readonly isUnhurried: boolean;
};

/** Puts all objects of a collection into the cache page by page, letting others run in between; answers the version of the list. */
export const listPages = async (
  { client, path, query, feed, isUnhurried }: ListOptions,
  signal: AbortSignal,
): Promise<string> => {
  const breathe = createBreath();
  let next: string | undefined;
  for (;;) {
    const page = await client.request<ObjectList<KubeObject>>({
      method: 'GET',
      path,
      query: { ...query, limit: PAGE_LIMIT, continue: next },
      signal,
    });
    feed.touch();
    // Parsing the page took its time already.
    await setImmediate();
    for (const item of page.items ?? []) {
      feed.put(item);
      const others = breathe();
      if (others !== undefined) await others;
    }
    next = page.metadata.continue;
    if (!next) return page.metadata.resourceVersion ?? '';
    if (isUnhurried) await setTimeout(PAUSE_MS);
  }
};

import type { KubeObject } from '../api/kubernetes.ts';
import type { Clock } from './clock.ts';
import { objectKey } from './object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { isLaterVersion } from './resource-version.ts';
import type { EventHead } from './watch-event.ts';

export type CacheFeed = {
  /** Begins to take in everything that exists: objects not put until `complete` are then forgotten. */
  readonly begin: (options?: { readonly rewound: boolean }) => void;
  readonly put: (raw: KubeObject) => void;
  /** Answers true when the cache holds this very version of an object that exists, which then need not be put again. */
  readonly confirm: (head: EventHead) => boolean;
  readonly remove: (raw: KubeObject) => void;
  /** Ends what `begin` began; the cache is as of `version`. Answers false when history was rewound, so that all must be read again. */
  readonly complete: (version: string) => boolean;
  /** The cache is complete up to this version. */
  readonly advance: (version: string) => void;
  readonly observed: (raw: KubeObject) => void;
  readonly touch: () => void;
  readonly completed: Promise<void>;
  readonly hasCompleted: () => boolean;
  readonly secondsSinceActivity: () => number;
  readonly resourceVersion: () => string;
};

export type CacheFeedOptions<T extends KubeObject> = {
  readonly store: ObjectStore<T>;
  /** Undefined: the object cannot be read, and what the cache holds of it stays. */
  readonly read: (raw: KubeObject) => T | undefined;
  readonly clock: Clock;
};

/** Brings lists, watch events and answers to our own writes into one store, whatever their order. */
export const createCacheFeed = <T extends KubeObject>({ store, read, clock }: CacheFeedOptions<T>): CacheFeed => {
  const completed = Promise.withResolvers<void>();
  let hasCompleted = false;
  let version = '';
  let touchedAt = clock.monotonicMs();
  /** Names put since `begin`. */
  let seen: Set<string> | undefined;
  let force = false;

  const sweep = (listed: ReadonlySet<string>, listVersion: string): void => {
    // What we wrote ourselves after the list was taken is later than the list, and stays.
    for (const key of store.keys()) if (!listed.has(key)) store.remove(key, force ? undefined : listVersion);
  };

  return {
    begin: ({ rewound } = { rewound: false }) => {
      seen = new Set();
      force = rewound;
    },

    put: (raw) => {
      seen?.add(objectKey(raw.metadata));
      const object = read(raw);
      if (object !== undefined) store.put(object, { force });
    },

    confirm: (head) => {
      const key = objectKey(head);
      if (store.byKey(key)?.metadata.resourceVersion !== head.resourceVersion) return false;
      seen?.add(key);
      return true;
    },

    remove: (raw) => {
      const key = objectKey(raw.metadata);
      seen?.delete(key);
      store.remove(key, raw.metadata.resourceVersion);
    },

    complete: (listVersion) => {
      // A list is never older than what we have seen, unless etcd was restored from a backup.
      if (!force && version !== '' && isLaterVersion(version, listVersion)) return false;
      sweep(seen ?? new Set(), listVersion);
      seen = undefined;
      force = false;
      version = listVersion;
      hasCompleted = true;
      completed.resolve();
      return true;
    },

    advance: (next) => {
      if (next !== '' && isLaterVersion(next, version)) version = next;
    },

    observed: (raw) => {
      const known = store.byKey(objectKey(raw.metadata));
      // The watch is past this write, and yet there is no such object: it has been deleted since.
      if (known === undefined && hasCompleted && !isLaterVersion(raw.metadata.resourceVersion ?? '', version)) return;
      const object = read(raw);
      if (object !== undefined) store.put(object);
    },

    touch: () => {
      touchedAt = clock.monotonicMs();
    },

    completed: completed.promise,
    hasCompleted: () => hasCompleted,
    secondsSinceActivity: () => (clock.monotonicMs() - touchedAt) / 1000,
    resourceVersion: () => version,
  };
};

import type { KubeObject, ObjectMeta } from '../api/kubernetes.ts';
import type { Change } from './informer-cache.ts';
import { createObjectIndex } from './object-index.ts';
import { isLaterVersion } from './resource-version.ts';

/** The name of an object within its kind. */
export const objectKey = (metadata: ObjectMeta): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

export type ObjectStore<T> = {
  readonly get: (namespace: string, name: string) => T | undefined;
  readonly byIndex: (index: string, key: string) => readonly T[];
  readonly list: () => Iterable<T>;
  readonly size: () => number;
  readonly keys: () => Iterable<string>;
  readonly byKey: (key: string) => T | undefined;
  /** Keeps the object when it is later than the one of that name, or in any case when `force` says so. */
  readonly put: (object: T, options?: { readonly force: boolean }) => void;
  /** Forgets the object of that name, unless it is later than `version`. */
  readonly remove: (key: string, version?: string) => void;
};

const versionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? '';

/** Objects by name and by index. It never goes back in time, and tells of each difference once. */
export const createObjectStore = <T extends KubeObject>(
  indexes: Readonly<Record<string, (object: T) => readonly string[]>>,
  onChange: (change: Change<T>) => void,
): ObjectStore<T> => {
  const objects = new Map<string, T>();
  const byName = new Map(Object.entries(indexes).map(([name, keysOf]) => [name, createObjectIndex(keysOf)]));

  const add = (key: string, after: T): void => {
    objects.set(key, after);
    for (const index of byName.values()) index.add(after);
  };

  const drop = (key: string, before: T): void => {
    objects.delete(key);
    for (const index of byName.values()) index.remove(before);
  };

  const remove = (key: string, before: T): void => {
    drop(key, before);
    onChange({ kind: 'deleted', before });
  };

  const insert = (key: string, after: T): void => {
    add(key, after);
    onChange({ kind: 'added', after });
  };

  const replace = (key: string, before: T, after: T): void => {
    // Same name, another object: it was deleted and created anew while we did not look.
    if (before.metadata.uid !== after.metadata.uid) {
      remove(key, before);
      insert(key, after);
      return;
    }
    // Not `drop`: the object keeps its place in the map.
    for (const index of byName.values()) index.remove(before);
    add(key, after);
    onChange({ kind: 'updated', before, after });
  };

  return {
    get: (namespace, name) => objects.get(`${namespace}/${name}`),
    byKey: (key) => objects.get(key),
    byIndex: (name, key) => {
      const index = byName.get(name);
      if (index === undefined) throw new Error(`this cache has no index ${name}`);
      return index.read(key);
    },
    list: () => objects.values(),
    keys: () => objects.keys(),
    size: () => objects.size,

    put: (object, { force } = { force: false }) => {
      const key = objectKey(object.metadata);
      const before = objects.get(key);
      if (before === undefined) insert(key, object);
      else if (force || isLaterVersion(versionOf(object), versionOf(before))) replace(key, before, object);
    },

    remove: (key, version) => {
      const before = objects.get(key);
      if (before === undefined) return;
      if (version === undefined || !isLaterVersion(versionOf(before), version)) remove(key, before);
    },
  };
};

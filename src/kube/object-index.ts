type Bucket<T> = { readonly members: Set<T>; view: readonly T[] | undefined };

const NOTHING: readonly never[] = [];

/** Finds objects by the keys that `keysOf` answers for them. */
export const createObjectIndex = <T>(keysOf: (object: T) => readonly string[]) => {
  const buckets = new Map<string, Bucket<T>>();

  const bucketOf = (key: string): Bucket<T> => {
    const bucket = buckets.get(key) ?? { members: new Set<T>(), view: undefined };
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    add: (object: T): void => {
      for (const key of keysOf(object)) {
        const bucket = bucketOf(key);
        bucket.members.add(object);
        bucket.view = undefined;
      }
    },

    remove: (object: T): void => {
      for (const key of keysOf(object)) {
        const bucket = buckets.get(key);
        if (bucket === undefined) continue;
        bucket.members.delete(object);
        bucket.view = undefined;
        if (bucket.members.size === 0) buckets.delete(key);
      }
    },

    /** The same array until the next change under this key, so that reading often costs nothing. */
    read: (key: string): readonly T[] => {
      const bucket = buckets.get(key);
      if (bucket === undefined) return NOTHING;
      bucket.view ??= [...bucket.members];
      return bucket.view;
    },
  };
};

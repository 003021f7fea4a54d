import { type Group, isGroupReady, revisionOf } from '../../core/observed/group.ts';

type Unready = { readonly revision: string | undefined; readonly sinceMs: number };

export type UnreadyTimes = {
  /** Adds to each group for how long it has not been ready. `count` groups are to be there, of `size` pods unless they say otherwise. */
  readonly measure: (
    setKey: string,
    groups: readonly Group[],
    wanted: { readonly count: number; readonly size: number },
  ) => Group[];
  readonly forget: (setKey: string) => void;
};

/** Keeps in mind since when groups are not ready with their revision, whichever leaders they have had meanwhile. `monotonicMs` is the time. */
export const createUnreadyTimes = (monotonicMs: () => number): UnreadyTimes => {
  /** By set and group index. */
  const sets = new Map<string, ReadonlyMap<number, Unready>>();

  return {
    measure: (setKey, groups, { count, size }) => {
      const before = sets.get(setKey) ?? new Map<number, Unready>();
      // A group that starts over has no leader for a moment, and is no better for it.
      const next = new Map([...before].filter(([index]) => index < count));
      const measured = groups.map((group) => {
        next.delete(group.index);
        if (isGroupReady(group, size)) return group;
        const revision = revisionOf(group.leader);
        const known = before.get(group.index);
        const sinceMs = known !== undefined && known.revision === revision ? known.sinceMs : monotonicMs();
        next.set(group.index, { revision, sinceMs });
        return { ...group, unreadyMs: monotonicMs() - sinceMs };
      });
      sets.set(setKey, next);
      return measured;
    },
    forget: (setKey) => void sets.delete(setKey),
  };
};

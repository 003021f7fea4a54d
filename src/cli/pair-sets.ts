import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';

/** A set as it is, and as it shall be. */
export type SetPair = { readonly before: LeaderWorkerSet; readonly after: LeaderWorkerSet };

/** The pairs, in the order of the first sets, and the sets that have no counterpart. */
export type PairedSets = {
  readonly pairs: readonly SetPair[];
  readonly onlyBefore: readonly LeaderWorkerSet[];
  readonly onlyAfter: readonly LeaderWorkerSet[];
};

/** A manifest may leave the namespace to the command that applies it; one that was read from a cluster names it. */
const isSameSet = ({ metadata: one }: LeaderWorkerSet, { metadata: other }: LeaderWorkerSet): boolean =>
  one.name === other.name && (!one.namespace || !other.namespace || one.namespace === other.namespace);

const inSameNamespace = ({ before, after }: SetPair): SetPair => {
  const namespace = before.metadata.namespace || after.metadata.namespace;
  if (!namespace) return { before, after };
  return {
    before: { ...before, metadata: { ...before.metadata, namespace } },
    after: { ...after, metadata: { ...after.metadata, namespace } },
  };
};

/** Finds for each set the one of the same name and namespace that it shall become; where only one of the two names a namespace, both get it. */
export const pairSets = (befores: readonly LeaderWorkerSet[], afters: readonly LeaderWorkerSet[]): PairedSets => {
  const pairs = befores.flatMap((before) => {
    const after = afters.find((candidate) => isSameSet(before, candidate));
    return after === undefined ? [] : [{ before, after }];
  });
  return {
    pairs: pairs.map(inSameNamespace),
    onlyBefore: befores.filter((before) => !pairs.some((pair) => pair.before === before)),
    onlyAfter: afters.filter((after) => !pairs.some((pair) => pair.after === after)),
  };
};

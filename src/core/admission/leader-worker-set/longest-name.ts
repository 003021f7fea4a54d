import type { SetFacts } from './set-facts.ts';

const MAX_LABEL_LENGTH = 63;
/** A StatefulSet labels its pods with a revision: its own name, a dash and ten characters of a hash. */
const REVISION_SUFFIX_LENGTH = 11;

/** How long the name of a set may be: the revision label of its longest StatefulSet must fit. A surge is not counted. */
export const longestName = ({ replicas, size }: SetFacts): number => {
  if (size <= 1) return MAX_LABEL_LENGTH - REVISION_SUFFIX_LENGTH;
  const highestGroupIndex = String(Math.max(replicas, 1) - 1);
  return MAX_LABEL_LENGTH - REVISION_SUFFIX_LENGTH - 1 - highestGroupIndex.length;
};

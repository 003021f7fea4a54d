import { invalid } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import { longestName } from '../longest-name.ts';
import type { Rule } from '../rule.ts';

const MAX_NAME_LENGTH = 63;

/** On creation, the name leaves room for what StatefulSets append to it: otherwise no pod would ever appear. */
export const nameFitsRevisionLabel: Rule = (set, previous) => {
  const limit = longestName(set);
  // A name beyond 63 characters has been refused already; the name of a live set cannot change.
  if (previous !== undefined || set.name.length <= limit || set.name.length > MAX_NAME_LENGTH) return [];
  const detail = `must be no more than ${limit} characters for ${set.replicas} replicas of size ${set.size}: the names of the set's StatefulSets are made of it and must fit into the revision label of their pods`;
  return [invalid('metadata.name', goQuote(set.name), detail)];
};

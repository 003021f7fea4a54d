import { longestName } from '../longest-name.ts';
import type { Advice } from '../rule.ts';

/** An update may grow a set beyond what its name allows; refusing it would block a set that works. */
export const nameTooLong: Advice = (set, previous) => {
  const limit = longestName(set);
  if (previous === undefined || set.name.length <= limit) return [];
  return [
    `metadata.name: ${set.replicas} replicas of size ${set.size} need a name of at most ${limit} characters; groups whose StatefulSet name is too long get no pods. Stay below or recreate the set with a shorter name`,
  ];
};

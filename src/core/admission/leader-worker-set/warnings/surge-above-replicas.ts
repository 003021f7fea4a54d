import { FIELD } from '../field-paths.ts';
import type { Advice } from '../rule.ts';

/** A rolling update never adds more groups than the set has. */
export const surgeAboveReplicas: Advice = ({ replicas, surgeGroups: surge = 0 }) => {
  if (surge <= replicas || replicas === 0) return [];
  return [
    `${FIELD.maxSurge}: ${surge} is more than the ${replicas} replicas; a rolling update adds at most ${replicas} groups. Write ${replicas} or a percentage`,
  ];
};

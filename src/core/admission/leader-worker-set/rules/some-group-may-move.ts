import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A rolling update that may neither take a group down nor add one would never move. A value that cannot be scaled has been refused already and counts as 0. */
export const someGroupMayMove: Rule = ({ replicas, maxUnavailable, unavailableGroups = 0, surgeGroups = 0 }) => {
  if (unavailableGroups !== 0 || surgeGroups !== 0 || replicas === 0) return [];
  return [invalid(FIELD.maxUnavailable, goJSON(maxUnavailable), 'must not be 0 when `maxSurge` is 0')];
};

import { resolveIntOrPercent } from '../../../int-or-percent.ts';
import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A rolling update that may neither take a group down nor add one would never move. */
export const someGroupMayMove: Rule = ({ replicas, maxUnavailable, maxSurge }) => {
  // A value that cannot be scaled has been refused already and counts as 0.
  const unavailable = resolveIntOrPercent(maxUnavailable, replicas, 'down') ?? 0;
  const surge = resolveIntOrPercent(maxSurge, replicas, 'up') ?? 0;
  if (unavailable !== 0 || surge !== 0 || replicas === 0) return [];
  return [invalid(FIELD.maxUnavailable, goJSON(maxUnavailable), 'must not be 0 when `maxSurge` is 0')];
};

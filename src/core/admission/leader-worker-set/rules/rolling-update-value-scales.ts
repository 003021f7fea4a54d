import { resolveIntOrPercent } from '../../../int-or-percent.ts';
import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** maxUnavailable and maxSurge can be turned into a number of groups. */
export const rollingUpdateValueScales =
  (field: 'maxUnavailable' | 'maxSurge'): Rule =>
  (set) => {
    const value = set[field];
    if (resolveIntOrPercent(value, set.replicas, 'down') !== undefined) return [];
    return [invalid(FIELD[field], goJSON(value), 'invalid value')];
  };

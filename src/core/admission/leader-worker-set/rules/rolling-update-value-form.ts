import { readPercent } from '../../../int-or-percent.ts';
import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

const PERCENT_DETAIL =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** maxUnavailable and maxSurge are numbers that are not negative, or percentages of at most 100. */
export const rollingUpdateValueForm =
  (field: 'maxUnavailable' | 'maxSurge'): Rule =>
  (set) => {
    const value = set[field];
    if (typeof value === 'number') {
      return value < 0 ? [invalid(FIELD[field], value, 'must be greater than or equal to 0')] : [];
    }
    if (!/^[0-9]+%$/.test(value)) return [invalid(FIELD[field], goJSON(value), PERCENT_DETAIL)];
    if ((readPercent(value) ?? 0) <= 100) return [];
    return [invalid(FIELD[field], goJSON(value), 'must not be greater than 100%')];
  };

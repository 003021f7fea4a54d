import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** maxUnavailable and maxSurge can be turned into a number of groups. */
export const rollingUpdateValueScales =
  (field: 'maxUnavailable' | 'maxSurge', groups: 'unavailableGroups' | 'surgeGroups'): Rule =>
  (set) =>
    set[groups] === undefined ? [invalid(FIELD[field], goJSON(set[field]), 'invalid value')] : [];

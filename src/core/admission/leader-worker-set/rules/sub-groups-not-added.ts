import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A live set without sub-groups gets none. */
export const subGroupsNotAdded: Rule = ({ hasSubGroups, subGroupSize }, previous) => {
  if (previous === undefined || previous.hasSubGroups || !hasSubGroups) return [];
  const detail = 'cannot enable subGroupSize after the lws is already created';
  return [invalid(FIELD.subGroupSize, String(subGroupSize ?? null), detail)];
};

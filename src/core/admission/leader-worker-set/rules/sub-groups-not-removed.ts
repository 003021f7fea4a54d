import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A live set keeps its sub-groups. */
export const subGroupsNotRemoved: Rule = ({ hasSubGroups }, previous) => {
  if (!previous?.hasSubGroups || hasSubGroups) return [];
  const detail = 'cannot remove subGroupSize after enabled';
  return [invalid(FIELD.subGroupSize, String(previous.subGroupSize ?? null), detail)];
};

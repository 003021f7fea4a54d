import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** Sub-groups are equal: they divide all pods of a group, or its workers. Nothing is divided by 0, which is refused elsewhere. */
export const subGroupSizeDivides: Rule = ({ size, subGroupSize }) => {
  if (subGroupSize === undefined || subGroupSize === 0) return [];
  if (size % subGroupSize === 0 || (size - 1) % subGroupSize === 0) return [];
  return [invalid(FIELD.subGroupSize, subGroupSize, 'size or size - 1 must be divisible by subGroupSize')];
};

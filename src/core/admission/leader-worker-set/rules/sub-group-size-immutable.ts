import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** The sub-group size of a live set stays. A stored policy without a size may be given one. */
export const subGroupSizeImmutable: Rule = ({ subGroupSize }, previous) => {
  if (previous?.subGroupSize === undefined || subGroupSize === undefined) return [];
  if (previous.subGroupSize === subGroupSize) return [];
  return [invalid(FIELD.subGroupSize, subGroupSize, 'field is immutable')];
};

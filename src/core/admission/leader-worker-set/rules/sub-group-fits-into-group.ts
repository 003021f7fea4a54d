import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A sub-group is part of a group. A sub-group size of 0 is refused elsewhere. */
export const subGroupFitsIntoGroup: Rule = ({ size, subGroupSize }) =>
  subGroupSize !== undefined && subGroupSize !== 0 && size < subGroupSize
    ? [invalid(FIELD.subGroupSize, subGroupSize, 'subGroupSize cannot be larger than size')]
    : [];

import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** A sub-group has at least one pod. */
export const subGroupSizeAtLeastOne: Rule = ({ subGroupSize }) =>
  subGroupSize !== undefined && subGroupSize < 1
    ? [invalid(FIELD.subGroupSize, subGroupSize, 'subGroupSize must be equal or greater than 1')]
    : [];

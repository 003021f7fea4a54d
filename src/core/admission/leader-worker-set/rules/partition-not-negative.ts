import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** The partition is the index of a group. */
export const partitionNotNegative: Rule = ({ partition }) =>
  partition < 0 ? [invalid(FIELD.partition, partition, 'must be greater than or equal to 0')] : [];

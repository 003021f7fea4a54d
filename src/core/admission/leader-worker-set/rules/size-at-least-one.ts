import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** Every group has a leader. */
export const sizeAtLeastOne: Rule = ({ size }) =>
  size < 1 ? [invalid(FIELD.size, size, 'size must be equal or greater than 1')] : [];

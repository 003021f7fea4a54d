import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** There cannot be less than no group. */
export const replicasNotNegative: Rule = ({ replicas }) =>
  replicas < 0 ? [invalid(FIELD.replicas, replicas, 'replicas must be equal or greater than 0')] : [];

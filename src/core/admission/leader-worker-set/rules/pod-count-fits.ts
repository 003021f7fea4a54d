import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

const MAX_INT32 = 2_147_483_647;

/** All pods of a set together can be counted in 32 bits. */
export const podCountFits: Rule = ({ replicas, size }) =>
  replicas * size > MAX_INT32
    ? [invalid(FIELD.replicas, replicas, `the product of replicas and worker replicas must not exceed ${MAX_INT32}`)]
    : [];

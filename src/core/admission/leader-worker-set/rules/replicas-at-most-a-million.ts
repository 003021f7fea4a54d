import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

const MAX_REPLICAS = 1_000_000;

/** A set has at most a million groups. */
export const replicasAtMostAMillion: Rule = ({ replicas }) =>
  replicas > MAX_REPLICAS
    ? [invalid(FIELD.replicas, replicas, `replicas must be equal or less than ${MAX_REPLICAS}`)]
    : [];

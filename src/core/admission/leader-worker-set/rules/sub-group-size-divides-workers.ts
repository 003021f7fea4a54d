import { invalid } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** Without the leader, sub-groups divide the workers. Nothing is divided by 0, which is refused elsewhere. */
export const subGroupSizeDividesWorkers: Rule = ({ size, subGroupSize, isLeaderExcluded }) => {
  if (!isLeaderExcluded || subGroupSize === undefined || subGroupSize === 0) return [];
  if ((size - 1) % subGroupSize === 0) return [];
  const detail = 'size-1 must be divisible by subGroupSize when using LeaderExcluded';
  return [invalid(FIELD.subGroupSize, subGroupSize, detail)];
};

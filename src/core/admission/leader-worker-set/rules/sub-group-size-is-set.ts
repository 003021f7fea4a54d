import { required } from '../../field-error.ts';
import { FIELD } from '../field-paths.ts';
import type { Rule } from '../rule.ts';

/** Sub-groups have a size: the schema does not ask for it. */
export const subGroupSizeIsSet: Rule = ({ hasSubGroups, subGroupSize }) =>
  hasSubGroups && subGroupSize === undefined
    ? [required(FIELD.subGroupSize, 'must be set when subGroupPolicy is set')]
    : [];

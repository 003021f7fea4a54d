import { required } from '../../field-error.ts';
import type { Rule } from '../rule.ts';

/** A set lives in a namespace. */
export const namespaceIsSet: Rule = ({ object }) =>
  object.metadata?.namespace ? [] : [required('metadata.namespace')];

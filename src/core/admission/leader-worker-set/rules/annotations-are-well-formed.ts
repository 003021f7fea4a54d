import { invalid } from '../../field-error.ts';
import type { FieldError } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import { checkQualifiedName } from '../qualified-name.ts';
import type { Rule } from '../rule.ts';

/** Enough to see what is wrong; a message with all could be much longer than the object. */
const MAX_ERRORS = 20;

/** Keys of annotations are those that Kubernetes allows, in any case. */
export const annotationsAreWellFormed: Rule = ({ annotations }) => {
  const errors: FieldError[] = [];
  for (const key in annotations) {
    for (const detail of checkQualifiedName(key.toLowerCase())) {
      errors.push(invalid('metadata.annotations', goQuote(key), detail));
    }
    if (errors.length >= MAX_ERRORS) return errors.slice(0, MAX_ERRORS);
  }
  return errors;
};

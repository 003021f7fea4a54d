import { invalid } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import { checkQualifiedName } from '../qualified-name.ts';
import type { Rule } from '../rule.ts';

/** Enough to see what is wrong; a message with all could be much longer than the object. */
const MAX_ERRORS = 20;

/** Keys of annotations are those that Kubernetes allows, in any case. */
export const annotationsAreWellFormed: Rule = ({ annotations }) =>
  Object.keys(annotations)
    .flatMap((key) =>
      checkQualifiedName(key.toLowerCase()).map((detail) => invalid('metadata.annotations', goQuote(key), detail)),
    )
    .slice(0, MAX_ERRORS);

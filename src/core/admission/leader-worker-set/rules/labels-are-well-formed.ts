import { invalid } from '../../field-error.ts';
import type { FieldError } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import { checkQualifiedName } from '../qualified-name.ts';
import type { Rule } from '../rule.ts';

const PATH = 'metadata.labels';
const MAX_LENGTH = 63;
/** Enough to see what is wrong; a message with all could be much longer than the object. */
const MAX_ERRORS = 20;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_VALUE_DETAIL =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const checkValue = (value: string): FieldError[] => {
  const isValue = LABEL_VALUE.test(value);
  if (isValue && value.length <= MAX_LENGTH) return [];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(value) > MAX_LENGTH) {
    errors.push(invalid(PATH, goQuote(value), `must be no more than ${MAX_LENGTH} bytes`));
  }
  if (!isValue) errors.push(invalid(PATH, goQuote(value), LABEL_VALUE_DETAIL));
  return errors;
};

/** Keys and values of labels are those that Kubernetes allows. */
export const labelsAreWellFormed: Rule = ({ object }) => {
  const labels = object.metadata?.labels ?? {};
  const errors: FieldError[] = [];
  for (const key in labels) {
    for (const detail of checkQualifiedName(key)) errors.push(invalid(PATH, goQuote(key), detail));
    for (const error of checkValue(labels[key] ?? '')) errors.push(error);
    if (errors.length >= MAX_ERRORS) return errors.slice(0, MAX_ERRORS);
  }
  return errors;
};

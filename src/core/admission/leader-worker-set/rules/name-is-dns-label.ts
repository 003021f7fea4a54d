import { invalid, required } from '../../field-error.ts';
import type { FieldError } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import type { Rule } from '../rule.ts';

const MAX_LENGTH = 63;
const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1035_DETAIL =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const checkLabel = (path: string, shown: string, label: string): FieldError[] => {
  const isLabel = DNS_1035_LABEL.test(label);
  if (isLabel && label.length <= MAX_LENGTH) return [];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(label) > MAX_LENGTH) {
    errors.push(invalid(path, goQuote(shown), `must be no more than ${MAX_LENGTH} characters`));
  }
  if (!isLabel) errors.push(invalid(path, goQuote(shown), DNS_1035_DETAIL));
  return errors;
};

/** A generated name continues after its dash. */
const withoutDash = (prefix: string): string =>
  prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;

/** The name, and what it is generated from, is a DNS label (RFC 1035), because services and host names are made of it. */
export const nameIsDNSLabel: Rule = ({ object, name }) => {
  const generateName = object.metadata?.generateName ?? '';
  const errors =
    name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : checkLabel('metadata.name', name, name);
  if (generateName === '') return errors;
  return [...checkLabel('metadata.generateName', generateName, withoutDash(generateName)), ...errors];
};

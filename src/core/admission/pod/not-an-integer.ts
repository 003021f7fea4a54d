import { goQuote } from '../go-text.ts';

const MAX_SHOWN = 64;

/** The refusal of a label or annotation that should hold a whole number: what was found, and what is allowed. */
export const notAnInteger = (kind: 'label' | 'annotation', key: string, text: string, podName: string): string => {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  const found = text === '' ? 'missing or empty' : goQuote(shown);
  return `${kind} ${key} of pod ${podName} is ${found}: it must be a whole number of at most 64 bits, for example 4`;
};

import { showValue } from './describe-demand.ts';
import type { Violation } from './violation.ts';

const MAX_LENGTH = 600;

/** A violation as one sentence: the policy, the place, what was found, what is wanted, and why in the admin's words. */
export const describeViolation = (
  { name, message }: { readonly name: string; readonly message?: string },
  { keyword, path, found, demand }: Violation,
): string => {
  const why = message === undefined ? '' : ` (${message})`;
  const what = keyword === 'too costly' ? 'more than can be evaluated' : showValue(found);
  const text = `policy ${name}: ${path}: found ${what}, ${demand}${why}`;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1).toWellFormed()}…` : text;
};

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Policy } from './compile-policies.ts';
import { withinBudget } from './meter.ts';
import type { PolicySubject } from './subject.ts';
import type { Violation } from './violation.ts';
import { toViolation } from './violation.ts';

/** More than a user can read: with them, it is said that there are more. */
const MAX_VIOLATIONS = 1_000;

/** They only repeat that a schema inside them has errors, which are reported themselves. */
const REPETITIONS = new Set(['if', 'propertyNames']);

/** That none of the items fits is one fault of the list, not one of each item. */
const withoutItemsOfContains = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const prefixes = new Set(
    errors.filter(({ keyword }) => keyword === 'contains').map(({ schemaPath }) => `${schemaPath}/`),
  );
  if (prefixes.size === 0) return errors;
  return errors.filter(({ schemaPath }) => ![...prefixes].some((prefix) => schemaPath.startsWith(prefix)));
};

const ofWhole = (keyword: string, found: number | undefined, demand: string): Violation => ({
  identity: keyword,
  rule: keyword,
  keyword,
  path: 'the set',
  found,
  demand,
});

/** Says that a policy could not be evaluated: the set is not known to be as it demands. */
export const TOO_COSTLY = ofWhole('too costly', undefined, 'must be small enough for all policies together');

/** Everything in which a subject is not as the policy demands; a subject that is too costly to evaluate is a violation. */
export const findViolations = (policy: Policy, subject: PolicySubject): Violation[] => {
  const checked = withinBudget(() => policy.check(subject));
  if (checked === undefined) return [TOO_COSTLY];
  if (checked.length === 0) return [];
  const errors = withoutItemsOfContains(checked).filter(({ keyword }) => !REPETITIONS.has(keyword));
  const violations = errors.slice(0, MAX_VIOLATIONS).map((error) => toViolation(error, subject));
  if (errors.length <= MAX_VIOLATIONS) return violations;
  return [...violations, ofWhole('too many', errors.length, `must violate a policy less than ${MAX_VIOLATIONS} times`)];
};

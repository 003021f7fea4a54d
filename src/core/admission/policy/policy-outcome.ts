import type { PolicyDecision } from './evaluate-policies.ts';

/** What the user is told: why the request is denied, and warnings. */
export type PolicyOutcome = { readonly denials: readonly string[]; readonly warnings: readonly string[] };

/** The API server cuts longer warnings, and drops those beyond 4 KiB in all; others than ours need some of it. */
const MAX_WARNING_LENGTH = 256;
const MAX_WARNINGS = 5;
const MAX_DENIALS = 100;

const shorten = (text: string): string =>
  text.length <= MAX_WARNING_LENGTH ? text : `${text.slice(0, MAX_WARNING_LENGTH - 1).toWellFormed()}…`;

const limit = (texts: readonly string[], most: number, noun: string): string[] => {
  if (texts.length <= most) return [...texts];
  return [...texts.slice(0, most - 1), `${texts.length - most + 1} more ${noun} of policies are not shown`];
};

const problemsOf = (decisions: readonly PolicyDecision[], decision: PolicyDecision['decision']): string[] =>
  decisions.filter((each) => each.decision === decision).flatMap(({ problems }) => problems);

/** Puts together what policies said of one request, in a size that the API server passes on. */
export const policyOutcome = (decisions: readonly PolicyDecision[]): PolicyOutcome => ({
  denials: limit(problemsOf(decisions, 'denied'), MAX_DENIALS, 'violations'),
  warnings: limit(problemsOf(decisions, 'warned').map(shorten), MAX_WARNINGS, 'warnings'),
});

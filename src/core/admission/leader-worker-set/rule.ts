import type { FieldError } from '../field-error.ts';
import type { SetFacts } from './set-facts.ts';

/** Says what is wrong with a set; `previous` is the set before an update. */
export type Rule = (set: SetFacts, previous?: SetFacts) => FieldError[];

/** Says what a set that is admitted will suffer from, in at most 256 characters each, and at most MOST_WARNINGS times. */
export type Advice = (set: SetFacts, previous?: SetFacts) => string[];

/** An advice that might go on and on stops here. Ten warnings are shown; those beyond are counted, and nobody counts on so many. */
export const MOST_WARNINGS = 2_000;

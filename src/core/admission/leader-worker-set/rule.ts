import type { FieldError } from '../field-error.ts';
import type { SetFacts } from './set-facts.ts';

/** Says what is wrong with a set; `previous` is the set before an update. */
export type Rule = (set: SetFacts, previous?: SetFacts) => FieldError[];

/** Says what a set that is admitted will suffer from, in at most 256 characters each. */
export type Advice = (set: SetFacts, previous?: SetFacts) => string[];

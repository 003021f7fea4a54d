import type { ConfigurationError } from './configuration-error.ts';

/** What a section of the file says, with defaults; not to be used when there are errors. */
export type Reading<T> = {
  readonly value: T;
  readonly errors: readonly ConfigurationError[];
  readonly warnings: readonly string[];
};

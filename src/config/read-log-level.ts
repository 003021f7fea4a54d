import type { GivenFlags } from './given-flags.ts';

type LogLevel = NonNullable<GivenFlags['zapLogLevel']>;

const LEVELS = new Map<string, LogLevel>([
  ['debug', 'debug'],
  ['info', 'info'],
  ['error', 'error'],
  // Nothing is logged at a higher level than error.
  ['panic', 'error'],
]);

/** Reads a level by name, or as a verbosity above zero: each of those is `debug`, our most verbose level. */
export const readLogLevel = (text: string): LogLevel | undefined =>
  /^\+?0*[1-9]\d*$/.test(text) ? 'debug' : LEVELS.get(text.toLowerCase());

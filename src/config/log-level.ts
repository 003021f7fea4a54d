import type { GivenFlags } from './given-flags.ts';

/** The level that the flags ask for. Upstream: without any, the manager logs as in development. */
export const logLevel = ({ zapLogLevel, zapDevel = true }: GivenFlags): 'debug' | 'info' | 'error' =>
  zapLogLevel ?? (zapDevel ? 'debug' : 'info');

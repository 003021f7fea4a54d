import type { GivenFlags } from './given-flags.ts';

/** Names the flags that are accepted for compatibility and would do what they say elsewhere, but not here. */
export const warnOfIgnoredFlags = ({ zapEncoder, zapTimeEncoding, zapStacktraceLevel }: GivenFlags): string[] => [
  ...(zapEncoder === 'console' ? ['--zap-encoder=console has no effect: log lines are JSON'] : []),
  ...(zapTimeEncoding !== undefined && zapTimeEncoding !== 'epoch'
    ? [`--zap-time-encoding=${zapTimeEncoding} has no effect: times are seconds since the epoch`]
    : []),
  ...(zapStacktraceLevel !== undefined && zapStacktraceLevel !== 'error'
    ? [`--zap-stacktrace-level=${zapStacktraceLevel} has no effect: errors are logged with their stack`]
    : []),
];

import type { Configuration } from '../api/configuration.ts';
import type { ConfigurationError } from './configuration-error.ts';

/** How far retries are spread, so that managers do not ask in step (client-go's factor). */
const JITTER_FACTOR = 1.2;
/** A Lease counts whole seconds. */
const MIN_LEASE_MS = 1_000;
/** Timers count milliseconds in 31 bits. */
const MAX_LEASE_MS = 2 ** 31 - 1;

const seconds = (ms: number): string => `${ms / 1000}s`;

const refuse = (field: string, ms: number, detail: string): ConfigurationError => ({
  path: `leaderElection.${field}`,
  message: `leaderElection.${field}: Invalid value: ${seconds(ms)}: ${detail}`,
});

/** Checks, in client-go's sense, that leadership is renewed well before it is lost: lease > renewal > retry × 1.2. */
export const checkElectionDurations = ({
  leaderElect,
  leaseDurationMs,
  renewDeadlineMs,
  retryPeriodMs,
}: Configuration['leaderElection']): ConfigurationError[] => {
  if (!leaderElect) return [];
  const errors: ConfigurationError[] = [];
  if (leaseDurationMs < MIN_LEASE_MS || leaseDurationMs > MAX_LEASE_MS) {
    errors.push(refuse('leaseDuration', leaseDurationMs, 'must be between 1s and 596h'));
  }
  if (renewDeadlineMs >= leaseDurationMs) {
    errors.push(
      refuse('renewDeadline', renewDeadlineMs, `must be less than leaseDuration (${seconds(leaseDurationMs)})`),
    );
  }
  if (retryPeriodMs <= 0) {
    errors.push(refuse('retryPeriod', retryPeriodMs, 'must be greater than zero'));
  } else if (retryPeriodMs * JITTER_FACTOR >= renewDeadlineMs) {
    const detail = `${JITTER_FACTOR} times retryPeriod must be less than renewDeadline (${seconds(renewDeadlineMs)})`;
    errors.push(refuse('retryPeriod', retryPeriodMs, detail));
  }
  return errors;
};

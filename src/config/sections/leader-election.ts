import type { Configuration } from '../../api/configuration.ts';
import { checkDNSSubdomain } from '../check-dns-name.ts';
import type { ConfigurationError } from '../configuration-error.ts';
import { invalidValue, unsupportedValue } from '../configuration-error.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import { parseDuration } from '../parse-duration.ts';
import type { Reading } from '../reading.ts';

const DEFAULT = DEFAULT_CONFIGURATION.leaderElection;

const checkDuration = (field: string, text: string | null | undefined): ConfigurationError[] =>
  typeof text === 'string' && parseDuration(text) === undefined
    ? [invalidValue(`leaderElection.${field}`, text, 'must be a duration such as "15s", "1m30s" or "500ms"')]
    : [];

const checkLock = (lock: string): ConfigurationError[] =>
  lock === DEFAULT.resourceLock ? [] : [unsupportedValue('leaderElection.resourceLock', lock, [DEFAULT.resourceLock])];

/** Zero is the default, as is a text that is no duration and has its error. */
const readDuration = (text: string | null | undefined, defaultMs: number): number =>
  parseDuration(text ?? '') || defaultMs;

const warnOfNamespace = (namespace: string | null | undefined): string[] =>
  namespace ? ['leaderElection.resourceNamespace has no effect: the lease lives in the namespace of the manager'] : [];

/** Reads whether, how and by which Lease a leader is elected; how its durations fit together is checked elsewhere. */
export const readLeaderElection = (section: Section<'leaderElection'>): Reading<Configuration['leaderElection']> => {
  const resourceLock = section?.resourceLock || DEFAULT.resourceLock;
  const resourceName = section?.resourceName || DEFAULT.resourceName;
  return {
    value: {
      leaderElect: section?.leaderElect ?? DEFAULT.leaderElect,
      leaseDurationMs: readDuration(section?.leaseDuration, DEFAULT.leaseDurationMs),
      renewDeadlineMs: readDuration(section?.renewDeadline, DEFAULT.renewDeadlineMs),
      retryPeriodMs: readDuration(section?.retryPeriod, DEFAULT.retryPeriodMs),
      resourceLock,
      resourceName,
    },
    errors: [
      ...checkDuration('leaseDuration', section?.leaseDuration),
      ...checkDuration('renewDeadline', section?.renewDeadline),
      ...checkDuration('retryPeriod', section?.retryPeriod),
      ...checkLock(resourceLock),
      ...checkDNSSubdomain('leaderElection.resourceName', resourceName),
    ],
    warnings: warnOfNamespace(section?.resourceNamespace),
  };
};

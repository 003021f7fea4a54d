import type { Configuration } from '../api/configuration.ts';
import { applyFlags } from './apply-flags.ts';
import { checkElectionDurations } from './check-election-durations.ts';
import { checkKind } from './check-kind.ts';
import { checkStructure } from './check-structure.ts';
import type { ConfigurationError } from './configuration-error.ts';
import { duplicateField } from './configuration-error.ts';
import type { GivenFlags } from './given-flags.ts';
import { nameFaultyPolicy } from './name-faulty-policy.ts';
import { readSections } from './read-sections.ts';
import { readYaml } from './read-yaml.ts';

export type LoadConfigurationOptions = {
  /** YAML or JSON; all defaults when absent or empty. */
  readonly text?: string;
  /** Where the text came from, for messages. */
  readonly file?: string;
  /** They win over the text. */
  readonly flags?: GivenFlags;
};

export type LoadedConfiguration =
  | { readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly errors: readonly ConfigurationError[] };

const LEADER_ELECTION_DURATIONS = /^leaderElection(?:\.(?:leaderElect|leaseDuration|renewDeadline|retryPeriod))?$/;

const isOfDurations = ({ path }: ConfigurationError): boolean => LEADER_ELECTION_DURATIONS.test(path);

/** Reads the manager's configuration, with defaults and flags, or finds all its mistakes at once. */
export const loadConfiguration = ({
  text = '',
  file = 'configuration',
  flags = {},
}: LoadConfigurationOptions): LoadedConfiguration => {
  const yaml = readYaml(text, file);
  if (yaml.kind === 'problem') return { errors: [{ path: '', message: yaml.problem }] };
  const ofOtherKind = checkKind(yaml.value);
  if (ofOtherKind.length > 0) return { errors: ofOtherKind };

  const structure = checkStructure(yaml.value);
  const reading = readSections(structure.file ?? {});
  const configuration = applyFlags(reading.value, flags);
  const wrongType = new Set(structure.errors.map(({ path }) => path));
  const errors = [
    ...yaml.duplicates.map((path) => nameFaultyPolicy(duplicateField(path), yaml.value)),
    ...structure.errors,
    // A field of the wrong type counts as absent from then on: that it were missing is not a second mistake.
    ...reading.errors.filter(({ path }) => !wrongType.has(path)),
  ];
  // Durations that could not be read would be judged by their defaults.
  if (!errors.some(isOfDurations)) errors.push(...checkElectionDurations(configuration.leaderElection));
  return errors.length > 0 ? { errors } : { configuration, warnings: reading.warnings };
};

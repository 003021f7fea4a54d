import type { Configuration } from '../../api/configuration.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

const DEFAULT = DEFAULT_CONFIGURATION.clientConnection;

/** Reads how fast the API server may be asked; zero is the default, a negative `qps` lifts the limit. */
export const readClientConnection = (
  section: Section<'clientConnection'>,
): Reading<Configuration['clientConnection']> => ({
  value: { qps: section?.qps || DEFAULT.qps, burst: section?.burst || DEFAULT.burst },
  errors: [],
  warnings: [],
});

import type { Configuration } from '../../api/configuration.ts';
import { checkBindAddress } from '../check-bind-address.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

/** Reads where metrics are served; an empty address is the default one. */
export const readMetrics = (section: Section<'metrics'>): Reading<Configuration['metrics']> => {
  const bindAddress = section?.bindAddress || DEFAULT_CONFIGURATION.metrics.bindAddress;
  return { value: { bindAddress }, errors: checkBindAddress('metrics.bindAddress', bindAddress), warnings: [] };
};

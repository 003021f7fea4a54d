import type { Configuration } from '../../api/configuration.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

const DEFAULT = DEFAULT_CONFIGURATION.webhook;

/** Reads where the webhook server listens; port 0 is the default port, as upstream. */
export const readWebhook = (section: Section<'webhook'>): Reading<Configuration['webhook']> => ({
  value: {
    port: section?.port || DEFAULT.port,
    host: section?.host ?? DEFAULT.host,
    certDir: section?.certDir || DEFAULT.certDir,
  },
  errors: [],
  warnings: [],
});

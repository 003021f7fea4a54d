import type { Configuration } from '../../api/configuration.ts';
import { checkDNSLabel, checkDNSSubdomain } from '../check-dns-name.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

const DEFAULT = DEFAULT_CONFIGURATION.internalCertManagement;

/** Reads whether the manager makes its own certificates; names are checked only when it does. */
export const readInternalCertManagement = (
  section: Section<'internalCertManagement'>,
): Reading<Configuration['internalCertManagement']> => {
  const value = {
    enable: section?.enable ?? DEFAULT.enable,
    webhookServiceName: section?.webhookServiceName ?? DEFAULT.webhookServiceName,
    webhookSecretName: section?.webhookSecretName ?? DEFAULT.webhookSecretName,
  };
  const errors = [
    ...checkDNSLabel('internalCertManagement.webhookServiceName', value.webhookServiceName),
    ...checkDNSSubdomain('internalCertManagement.webhookSecretName', value.webhookSecretName),
  ];
  return { value, errors: value.enable ? errors : [], warnings: [] };
};

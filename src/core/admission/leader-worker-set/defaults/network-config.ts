import { setField } from '../../set-field.ts';
import type { Default } from '../default.ts';

/** All groups share one subdomain. Upstream: an empty text is not replaced, so that the schema refuses it. */
export const networkConfig: Default = (set) => {
  const subdomainPolicy = set.spec?.networkConfig?.subdomainPolicy;
  if (subdomainPolicy !== undefined && subdomainPolicy !== null) return undefined;
  return setField(set, ['spec', 'networkConfig', 'subdomainPolicy'], 'Shared');
};

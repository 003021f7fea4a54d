import { invalid } from '../../field-error.ts';
import { goJSON } from '../../go-text.ts';
import type { Rule } from '../rule.ts';

/** An update that speaks of the network names a subdomain policy. */
export const subdomainPolicyNotUnset: Rule = ({ object }, previous) => {
  const networkConfig = object.spec?.networkConfig;
  if (previous === undefined || !networkConfig || (networkConfig.subdomainPolicy ?? null) !== null) return [];
  const before = previous.object.spec?.networkConfig?.subdomainPolicy ?? null;
  return [invalid('spec.networkConfig.subdomainPolicy', goJSON(before), 'cannot set subdomainPolicy as null')];
};

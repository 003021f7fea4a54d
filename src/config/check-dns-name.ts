import type { ConfigurationError } from './configuration-error.ts';
import { invalidValue } from './configuration-error.ts';

type DNSName = { readonly maxLength: number; readonly pattern: RegExp; readonly detail: string };

const DNS_1035_LABEL: DNSName = {
  maxLength: 63,
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  detail:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};

const DNS_1123_SUBDOMAIN: DNSName = {
  maxLength: 253,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  detail:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};

const createCheck =
  ({ maxLength, pattern, detail }: DNSName) =>
  (path: string, name: string): ConfigurationError[] => {
    const details = [
      ...(name.length > maxLength ? [`must be no more than ${maxLength} characters`] : []),
      ...(pattern.test(name) ? [] : [detail]),
    ];
    return details.length === 0 ? [] : [invalidValue(path, name, details.join(','))];
  };

/** Says why a name cannot be that of a Service, if it cannot. */
export const checkDNSLabel = createCheck(DNS_1035_LABEL);

/** Says why a name cannot be that of a Secret or a Lease, if it cannot. */
export const checkDNSSubdomain = createCheck(DNS_1123_SUBDOMAIN);

const MAX_NAME_LENGTH = 63;
const MAX_PREFIX_LENGTH = 253;
/** The expression below recurses for each part of a name: far beyond what is allowed, it is not asked. */
const MAX_TESTED_LENGTH = 4096;
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DNS_1123_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const NAME_DETAIL =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const SUBDOMAIN_DETAIL =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const checkPrefix = (prefix: string): string[] => {
  if (prefix === '') return ['prefix part must be non-empty'];
  const isSubdomain = prefix.length > MAX_TESTED_LENGTH || DNS_1123_SUBDOMAIN.test(prefix);
  if (isSubdomain && prefix.length <= MAX_PREFIX_LENGTH) return [];
  const details: string[] = [];
  if (Buffer.byteLength(prefix) > MAX_PREFIX_LENGTH) {
    details.push(`prefix part must be no more than ${MAX_PREFIX_LENGTH} bytes`);
  }
  if (!isSubdomain) details.push(`prefix part ${SUBDOMAIN_DETAIL}`);
  return details;
};

const checkName = (name: string): string[] => {
  const isName = NAME.test(name);
  if (isName && name.length <= MAX_NAME_LENGTH) return [];
  const details: string[] = [];
  if (name === '') details.push('name part must be non-empty');
  if (Buffer.byteLength(name) > MAX_NAME_LENGTH) {
    details.push(`name part must be no more than ${MAX_NAME_LENGTH} bytes`);
  }
  if (!isName) details.push(`name part ${NAME_DETAIL}`);
  return details;
};

/** Says in Kubernetes' words why a text cannot be the key of a label or annotation; empty when it can. */
export const checkQualifiedName = (key: string): string[] => {
  const slash = key.indexOf('/');
  if (slash < 0) return checkName(key);
  if (key.includes('/', slash + 1)) {
    return [
      `a qualified name ${NAME_DETAIL} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  return [...checkPrefix(key.slice(0, slash)), ...checkName(key.slice(slash + 1))];
};

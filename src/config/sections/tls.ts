import { CIPHER_SUITES } from '../../api/cipher-suites.ts';
import type { Configuration } from '../../api/configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

type MinVersion = NonNullable<Configuration['tls']['minVersion']>;

const ADVICE = 'Please use VersionTLS12 or VersionTLS13';
const TOO_OLD = /^VersionTLS1[01]$/;

/** Accepted, but nothing to recommend: no forward secrecy, or broken ciphers. */
const INSECURE = /^TLS_RSA_|_CBC_SHA256$|_3DES_|_RC4_/;
const SECURE_NAMES = Object.keys(CIPHER_SUITES)
  .filter((name) => !INSECURE.test(name))
  .toSorted();

const isAccepted = (version: string): version is MinVersion => version === 'VersionTLS12' || version === 'VersionTLS13';

const checkMinVersion = (version: string): string[] => {
  if (version === '' || isAccepted(version)) return [];
  if (TOO_OLD.test(version)) return [`invalid minVersion. ${ADVICE}`];
  return [`invalid minVersion: unknown tls version ${JSON.stringify(version)}. ${ADVICE}`];
};

/** Upstream: only the first unknown suite is named. */
const checkCipherSuites = (names: readonly string[]): string[] => {
  const unknown = names.find((name) => !Object.hasOwn(CIPHER_SUITES, name));
  if (unknown === undefined) return [];
  return [
    `invalid cipher suites: Cipher suite ${unknown} not supported or doesn't exist. Please use the secure cipher names: [${SECURE_NAMES.join(' ')}]`,
  ];
};

const checkCombination = (version: string, names: readonly string[]): string[] =>
  version === 'VersionTLS13' && names.length > 0
    ? ["cipher suites may not be specified when minVersion is 'VersionTLS13'"]
    : [];

const warnOfIneffective = (names: readonly string[]): string[] =>
  names
    .filter((name) => Object.hasOwn(CIPHER_SUITES, name) && CIPHER_SUITES[name] === undefined)
    .map((name) => `tls.cipherSuites: ${name} has no effect: it cannot be chosen or no longer exists`);

/** Reads the least version of TLS and the cipher suites of the servers; all problems are one error, a line each. */
export const readTLS = ({ minVersion, cipherSuites }: NonNullable<Section<'tls'>>): Reading<Configuration['tls']> => {
  const version = minVersion ?? '';
  const names = cipherSuites ?? [];
  const problems = [...checkCombination(version, names), ...checkMinVersion(version), ...checkCipherSuites(names)];
  const message = `unable to parse TLS options from configuration: ${problems.join('\n')}`;
  return {
    value: {
      ...(isAccepted(version) ? { minVersion: version } : {}),
      ...(names.length > 0 ? { cipherSuites: names } : {}),
    },
    errors: problems.length > 0 ? [{ path: 'tls', message }] : [],
    warnings: warnOfIneffective(names),
  };
};

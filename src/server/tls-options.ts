import { X509Certificate, createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { CIPHER_SUITES } from '../api/cipher-suites.ts';

/** A certificate (with its chain) and its private key, in PEM. */
export type KeyPair = { readonly cert: string; readonly key: string };

export type TLSSettings = {
  readonly minVersion?: 'VersionTLS12' | 'VersionTLS13' | undefined;
  /** Names of CIPHER_SUITES; others are ignored. When none is left, those of TLS 1.2 that are forward secret and authenticated. */
  readonly cipherSuites?: readonly string[] | undefined;
};

/** Forward secret and authenticated: what Go, and so upstream, prefers. OpenSSL's own default has suites without either. */
const DEFAULT_SUITES = ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].flatMap((rest) => [
  `TLS_ECDHE_ECDSA_WITH_${rest}`,
  `TLS_ECDHE_RSA_WITH_${rest}`,
]);

const mapCiphers = (names: readonly string[]): string =>
  names.flatMap((name) => (Object.hasOwn(CIPHER_SUITES, name) ? (CIPHER_SUITES[name] ?? []) : [])).join(':');

/**
 * All that a server needs to speak TLS: always the whole of it, because swapping a certificate replaces every option.
 * Throws when the key is not that of the certificate, or when either cannot be read.
 */
export const buildTLSOptions = (
  { cert, key }: KeyPair,
  { minVersion, cipherSuites }: TLSSettings,
): SecureContextOptions => {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the private key does not belong to the certificate');
  }
  const options: SecureContextOptions = {
    cert,
    key,
    minVersion: minVersion === 'VersionTLS13' ? 'TLSv1.3' : 'TLSv1.2',
    ciphers: mapCiphers(cipherSuites ?? []) || mapCiphers(DEFAULT_SUITES),
  };
  createSecureContext(options);
  return options;
};

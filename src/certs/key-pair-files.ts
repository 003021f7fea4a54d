import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A certificate (with its chain) and its private key, in PEM, and when the certificate expires. */
export type CheckedKeyPair = { readonly cert: string; readonly key: string; readonly expires: Date };

/** Checks that a key pair can be served: an empty or mismatched one would fail every later handshake. Throws otherwise. */
export const checkKeyPair = (cert: string, key: string): CheckedKeyPair => {
  if (cert.trim() === '') throw new Error('the certificate is empty');
  if (key.trim() === '') throw new Error('the private key is empty');
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw new Error('the private key does not belong to the certificate');
  return { cert, key, expires: certificate.validToDate };
};

/**
 * Reads `tls.crt` and `tls.key` of a directory as one pair. A Secret volume swaps its `..data` link as a whole, so both are read through
 * the same target of it. Throws when they are missing or do not belong together.
 */
export const readKeyPair = async (directory: string): Promise<CheckedKeyPair> => {
  const data = await realpath(join(directory, '..data')).catch(() => directory);
  const [cert, key] = await Promise.all([
    readFile(join(data, 'tls.crt'), 'utf8'),
    readFile(join(data, 'tls.key'), 'utf8'),
  ]);
  return checkKeyPair(cert, key);
};

import type { CheckedKeyPair } from './key-pair-files.ts';
import { checkKeyPair } from './key-pair-files.ts';
import { createAuthority, createServingCertificate } from './create-certificates.ts';

const LIFE_MS = 365 * 24 * 3_600_000;

/** A key pair of the moment, for a server whose clients do not check who it is; it is kept nowhere. */
export const createKeyPairForLocalhost = async (now: number): Promise<CheckedKeyPair> => {
  const validity = { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + LIFE_MS) };
  const { cert, key } = await createServingCertificate(await createAuthority(validity), ['localhost'], validity);
  return checkKeyPair(cert, key);
};

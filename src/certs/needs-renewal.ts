import { X509Certificate, createPrivateKey } from 'node:crypto';
import { findIssuer, readCertificates } from './authorities.ts';
import type { CertificateSet } from './certificate-secret.ts';
import { checkKeyPair } from './key-pair-files.ts';

/** What is to be made anew, with the reason; or until when nothing is. */
export type Renewal =
  { readonly kind: 'none'; readonly until: number } | { readonly kind: 'serving' | 'all'; readonly because: string };

/** When two thirds of a certificate's life are over. */
const renewalTime = ({ validFromDate, validToDate }: X509Certificate): number =>
  validFromDate.getTime() + ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3;

const dueProblem = (certificate: X509Certificate, now: number): string | undefined => {
  if (now < certificate.validFromDate.getTime()) return 'is not valid yet';
  return now >= renewalTime(certificate) ? 'has lived two thirds of its life' : undefined;
};

const pairProblem = ({ cert, key }: CertificateSet): string | undefined => {
  try {
    checkKeyPair(cert, key);
    return undefined;
  } catch (error) {
    return `cannot be served (${error instanceof Error ? error.message : String(error)})`;
  }
};

/** Why clients that trust the authority would not accept the serving certificate, its age apart. */
const acceptanceProblem = (set: CertificateSet, name: string): string | undefined => {
  if (set.cert.trim() === '') return 'does not exist';
  const unusable = pairProblem(set);
  if (unusable !== undefined) return unusable;
  if (new X509Certificate(set.cert).checkHost(name) === undefined) return `does not speak for ${name}`;
  return findIssuer(set.cert, set.ca) === undefined ? 'is not signed by its authority' : undefined;
};

/** Whether clients that trust the authority accept the serving certificate now, even if it should be made anew. */
export const isServable = (set: CertificateSet, name: string, now: number): boolean =>
  acceptanceProblem(set, name) === undefined && new X509Certificate(set.cert).validToDate.getTime() > now;

/** Whether new certificates can be signed: one of another kind, as upstream's of RSA, serves its time and is then replaced. */
const canSign = ({ ca, caKey }: CertificateSet): boolean => {
  try {
    const key = createPrivateKey(caKey);
    const isOurs = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isOurs && caKey.includes('BEGIN PRIVATE KEY') && new X509Certificate(ca).checkPrivateKey(key);
  } catch {
    return false;
  }
};

/** Decides what of the certificates in a Secret must be made anew for a server of this DNS name. */
export const needsRenewal = (set: CertificateSet, name: string, now: number): Renewal => {
  const [first] = readCertificates(set.ca);
  if (first === undefined) return { kind: 'all', because: 'the certificate authority does not exist' };
  const serving = acceptanceProblem(set, name) ?? dueProblem(new X509Certificate(set.cert), now);
  const authority = findIssuer(set.cert, set.ca) ?? first;
  const due = dueProblem(authority, now);
  if (due !== undefined) return { kind: 'all', because: `the certificate authority ${due}` };
  if (serving !== undefined)
    return { kind: canSign(set) ? 'serving' : 'all', because: `the serving certificate ${serving}` };
  return { kind: 'none', until: Math.min(renewalTime(authority), renewalTime(new X509Certificate(set.cert))) };
};

import { X509Certificate } from 'node:crypto';
import { readCertificates } from './authorities.ts';
import type { CertificateSet } from './certificate-secret.ts';
import { createAuthority, createServingCertificate } from './create-certificates.ts';

/** How long certificates live, in milliseconds. */
export type Lifetimes = { readonly authorityMs: number; readonly servingMs: number };

const DAY_MS = 24 * 3_600_000;

/** Those of upstream: an authority that is renewed every few years, and a certificate that is renewed every eight months. */
export const LIFETIMES: Lifetimes = { authorityMs: 3650 * DAY_MS, servingMs: 365 * DAY_MS };

/** The clock of an API server may be behind ours. */
const CLOCK_SKEW_MS = 3_600_000;

export type RenewOptions = {
  readonly kind: 'serving' | 'all';
  readonly names: readonly string[];
  readonly now: number;
  readonly lifetimes: Lifetimes;
};

const from = (now: number, lifeMs: number) => ({
  notBefore: new Date(now - Math.min(CLOCK_SKEW_MS, lifeMs / 10)),
  notAfter: new Date(now + lifeMs),
});

/** Makes a serving certificate, and an authority before it where that is due too. No certificate outlives its authority. */
export const renewCertificates = async (
  previous: CertificateSet,
  { kind, names, now, lifetimes }: RenewOptions,
): Promise<CertificateSet> => {
  const authority =
    kind === 'all'
      ? await createAuthority(from(now, lifetimes.authorityMs))
      : { cert: String(readCertificates(previous.ca)[0]), key: previous.caKey };
  const end = new X509Certificate(authority.cert).validToDate.getTime();
  const validity = from(now, Math.min(lifetimes.servingMs, end - now));
  const serving = await createServingCertificate(authority, names, validity);
  return { ca: authority.cert, caKey: authority.key, ...serving };
};

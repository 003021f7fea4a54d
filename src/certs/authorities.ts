import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const parse = (pem: string): X509Certificate[] => {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
};

/** The certificates in PEM text, in its order; what is none is left out. */
export const readCertificates = (text: string): X509Certificate[] =>
  (text.match(CERTIFICATE) ?? []).flatMap((pem) => parse(pem));

/** The authority that vouches for a chain, which begins with the server's own certificate; undefined when none of these does. */
export const findIssuer = (chain: string, authorities: string): X509Certificate | undefined => {
  const links = readCertificates(chain);
  return readCertificates(authorities).find((authority) =>
    links.some((link) => link.checkIssued(authority) && link.verify(authority.publicKey)),
  );
};

const isUnexpired = ({ validToDate }: X509Certificate, now: number): boolean => validToDate.getTime() > now;

/** Latest first. The order is the same whoever merges, so that replicas agree on every byte. */
const byAge = (a: X509Certificate, b: X509Certificate): number =>
  b.validFromDate.getTime() - a.validFromDate.getTime() || (a.fingerprint256 < b.fingerprint256 ? -1 : 1);

/** One bundle of all authorities in these texts: each once, none that has expired. */
export const mergeAuthorities = (texts: readonly string[], now: number): string => {
  const all = new Map(texts.flatMap(readCertificates).map((found) => [found.fingerprint256, found]));
  const kept = [...all.values()].filter((found) => isUnexpired(found, now)).toSorted(byAge);
  return kept.map(String).join('');
};

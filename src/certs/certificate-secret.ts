import type { KubeObject } from '../api/kubernetes.ts';

/** A Secret as the API server sends it; the values are in base64. */
export type Secret = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** What the Secret of the webhook server holds, in PEM; '' where it holds nothing. */
export type CertificateSet = {
  /** The authority, perhaps with others before it that are still trusted. */
  readonly ca: string;
  readonly caKey: string;
  readonly cert: string;
  readonly key: string;
};

/** Upstream: these keys are shared with its manager, so that either takes over what the other made. */
const KEYS = { ca: 'ca.crt', caKey: 'ca.key', cert: 'tls.crt', key: 'tls.key' } as const;

const decode = (value: string | undefined): string => Buffer.from(value ?? '', 'base64').toString();
const encode = (text: string): string => Buffer.from(text).toString('base64');

/** Reads the certificates in a Secret. */
export const readCertificateSecret = ({ data = {} }: Pick<Secret, 'data'>): CertificateSet => ({
  ca: decode(data[KEYS.ca]),
  caKey: decode(data[KEYS.caKey]),
  cert: decode(data[KEYS.cert]),
  key: decode(data[KEYS.key]),
});

/** The Secret with these certificates in it; whatever else it holds stays. */
export const writeCertificateSecret = (secret: Secret, set: CertificateSet): Secret => ({
  ...secret,
  data: {
    ...secret.data,
    [KEYS.ca]: encode(set.ca),
    [KEYS.caKey]: encode(set.caKey),
    [KEYS.cert]: encode(set.cert),
    [KEYS.key]: encode(set.key),
  },
});

import { randomBytes, webcrypto } from 'node:crypto';

/** A certificate and its private key (PKCS#8), in PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

export type Validity = { readonly notBefore: Date; readonly notAfter: Date };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Upstream: its manager expects the name `lws-ca` in an authority. Ours goes by another one, so that on a way back it makes a new
 * authority at once, instead of failing months later on a key that it cannot read.
 */
const AUTHORITY_NAME = 'CN=lws-webhook-ca,O=lws';

/** Only who makes a certificate pays for loading what that takes. */
const load = async () => {
  await import('reflect-metadata');
  return import('@peculiar/x509');
};

/** Positive, and never zero. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
};

const generateKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const toBytes = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');

const importKey = (pem: string) => webcrypto.subtle.importKey('pkcs8', toBytes(pem), ALGORITHM, true, ['sign']);

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> => {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
};

/** Makes a certificate authority of its own: ECDSA P-256, for serving certificates alone. */
export const createAuthority = async (validity: Validity): Promise<Certificate> => {
  const x509 = await load();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: AUTHORITY_NAME,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
};

/** Makes a server's certificate for these DNS names, signed by an authority of `createAuthority`. */
export const createServingCertificate = async (
  authority: Certificate,
  names: readonly string[],
  validity: Validity,
): Promise<Certificate> => {
  const x509 = await load();
  const keys = await generateKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: [{ CN: [names[0] ?? ''] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
};

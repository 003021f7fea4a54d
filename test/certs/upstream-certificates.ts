import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

const generateKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> => {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return String(
    createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs1', format: 'pem' }),
  );
};

const dns = (value: string) => new SubjectAlternativeNameExtension([{ type: 'dns', value }]);

/** The data of the Secret as upstream's manager makes it: RSA, an authority of ten years, a certificate of one, keys in PKCS#1. */
export const createUpstreamCertificates = async (host: string, now: number): Promise<Record<string, string>> => {
  const [caKeys, keys] = [await generateKeys(), await generateKeys()];
  const validity = (years: number) => ({
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + years * YEAR_MS),
    signingAlgorithm: ALGORITHM,
  });
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity(10),
    serialNumber: '00',
    name: 'CN=lws-ca,O=lws',
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign,
        true,
      ),
      dns('lws-ca'),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...validity(1),
    serialNumber: '01',
    subject: `CN=${host}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      dns(host),
    ],
  });
  return {
    'ca.crt': authority.toString('pem'),
    'ca.key': await exportKey(caKeys.privateKey),
    'tls.crt': certificate.toString('pem'),
    'tls.key': await exportKey(keys.privateKey),
  };
};

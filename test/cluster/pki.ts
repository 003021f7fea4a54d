import 'reflect-metadata';
import { generateKeyPairSync, randomUUID, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface KeyPair {
  cert: string;
  key: string;
}

/** The certificates of a cluster: what clients trust, and who the parts of the cluster are. */
export interface Pki {
  directory: string;
  ca: string;
  caFile: string;
  /** Signs a certificate for a user, who may be in groups (`system:masters` may do anything). */
  signUser: (name: string, groups?: readonly string[]) => Promise<KeyPair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3_600_000;

const SERVER_NAMES = [
  ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((value) => ({
    type: 'dns' as const,
    value,
  })),
  ...['127.0.0.1', '10.0.0.1'].map((value) => ({ type: 'ip' as const, value })),
];

const generateKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const keyPem = async (key: webcrypto.CryptoKey) =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const validity = () => ({
  serialNumber: randomUUID().replaceAll('-', ''),
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + 30 * DAY_MS),
  signingAlgorithm: ALGORITHM,
});

async function createAuthority() {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: 'CN=lws-test-ca',
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const sign = async (subject: string, purpose: ExtendedKeyUsage, names = SERVER_NAMES): Promise<KeyPair> => {
    const own = await generateKeys();
    const signed = await X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: certificate.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [new ExtendedKeyUsageExtension([purpose]), new SubjectAlternativeNameExtension(names)],
    });
    return { cert: signed.toString('pem'), key: await keyPem(own.privateKey) };
  };
  return { ca: certificate.toString('pem'), sign };
}

function createServiceAccountKeys(): { private: string; public: string } {
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { private: keys.privateKey, public: keys.publicKey };
}

/** Creates an authority of its own and writes to `directory` the files that the API server and the controller manager are started with. */
export async function createPki(directory: string): Promise<Pki> {
  const { ca, sign } = await createAuthority();
  const server = await sign('CN=kube-apiserver', ExtendedKeyUsage.serverAuth);
  const serviceAccounts = createServiceAccountKeys();
  mkdirSync(directory, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o600 });
  write('ca.crt', ca);
  write('apiserver.crt', server.cert);
  write('apiserver.key', server.key);
  write('service-accounts.key', serviceAccounts.private);
  write('service-accounts.pub', serviceAccounts.public);
  const signUser = (name: string, groups: readonly string[] = []) =>
    sign([`CN=${name}`, ...groups.map((group) => `O=${group}`)].join(','), ExtendedKeyUsage.clientAuth);
  return { directory, ca, caFile: join(directory, 'ca.crt'), signUser };
}

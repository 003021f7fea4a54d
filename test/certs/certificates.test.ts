import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { findIssuer, mergeAuthorities, readCertificates } from '../../src/certs/authorities.ts';
import { type CertificateSet, type Secret, readCertificateSecret } from '../../src/certs/certificate-secret.ts';
import { createAuthority, createServingCertificate } from '../../src/certs/create-certificates.ts';
import { createKeyPairForLocalhost } from '../../src/certs/create-key-pair-for-localhost.ts';
import { createExpiryWarning } from '../../src/certs/expiry-warning.ts';
import { createFileSource } from '../../src/certs/file-source.ts';
import type { CheckedKeyPair } from '../../src/certs/key-pair-files.ts';
import { createLocalhostSource } from '../../src/certs/localhost-source.ts';
import { type Renewal, needsRenewal } from '../../src/certs/needs-renewal.ts';
import { readForeignCertificates } from '../../src/certs/read-foreign-certificates.ts';
import { renewCertificates } from '../../src/certs/renew-certificates.ts';
import { createSelfManagedSource } from '../../src/certs/self-managed-source.ts';
import type { WebhookConfiguration } from '../../src/certs/webhook-configuration.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createFakeClock } from '../kube/fake-clock.ts';
import { createQuietLog } from '../kube/quiet-log.ts';
import { createFakeCluster } from './fake-cluster.ts';
import { createUpstreamCertificates } from './upstream-certificates.ts';

const HOST = 'lws-webhook-service.lws-system.svc';
const NAMES = [HOST, `${HOST}.cluster.local`];
const SECRET = 'lws-webhook-server-cert';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LIFETIMES = { authorityMs: 900 * DAY, servingMs: 90 * DAY };
const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const EMPTY: CertificateSet = { ca: '', caKey: '', cert: '', key: '' };

const make = (previous = EMPTY, kind: 'serving' | 'all' = 'all', now = START, names = NAMES) =>
  renewCertificates(previous, { kind, names, now, lifetimes: LIFETIMES });

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 5_000 && !holds(); turn++) await sleep(1);
  if (!holds()) throw new Error(`still no ${what}`);
};

void t.test('makes an authority and a serving certificate that OpenSSL believes', async (t) => {
  const { ca, cert, key } = await make();
  const [authority, serving] = [new X509Certificate(ca), new X509Certificate(cert)];
  t.strictSame(
    {
      isAuthority: [authority.ca, serving.ca],
      isSigned: serving.checkIssued(authority) && serving.verify(authority.publicKey),
      names: serving.subjectAltName,
      curve: [authority, serving].map(({ publicKey }) => publicKey.asymmetricKeyDetails?.namedCurve),
      usage: serving.keyUsage,
      days: [authority, serving].map(({ validToDate }) => (validToDate.getTime() - START) / DAY),
      keys: [cert, key].map((text) => text.split('\n')[0]),
    },
    {
      isAuthority: [true, false],
      isSigned: true,
      names: NAMES.map((name) => `DNS:${name}`).join(', '),
      curve: ['prime256v1', 'prime256v1'],
      usage: ['1.3.6.1.5.5.7.3.1'],
      days: [900, 90],
      keys: ['-----BEGIN CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----'],
    },
  );
  const other = await createAuthority({ notBefore: new Date(START), notAfter: new Date(START + DAY) });
  t.strictSame(findIssuer(cert, `${other.cert}${ca}`)?.fingerprint256, authority.fingerprint256, 'finds who signed');
  t.equal(findIssuer(cert, other.cert), undefined, 'finds nobody among strangers');
  t.equal(
    mergeAuthorities([`${other.cert}junk`, ca, ca], START + 2 * DAY),
    ca,
    'merges bundles without doubles, junk and what has expired',
  );
  t.equal((await createKeyPairForLocalhost(START)).expires.getTime(), START + 365 * DAY, 'makes a pair for localhost');
});

void t.test('a serving certificate does not outlive its authority', async (t) => {
  const authority = await createAuthority({ notBefore: new Date(START), notAfter: new Date(START + 10 * DAY) });
  const { cert } = await make({ ...EMPTY, ca: authority.cert, caKey: authority.key }, 'serving');
  t.equal(new X509Certificate(cert).validToDate.getTime(), START + 10 * DAY);
});

void t.test('knows what is to be made anew', async (t) => {
  const good = await make();
  const other = await make();
  const upstream = await createUpstreamCertificates(HOST, START);
  const foreign = readCertificateSecret({ data: encode(upstream) });
  const elsewhere = await make(good, 'serving', START, ['elsewhere.svc']);
  const old = await make(good, 'serving', START + 500 * DAY);
  const all = (because: string): Renewal => ({ kind: 'all', because });
  const serving = (because: string): Renewal => ({ kind: 'serving', because: `the serving certificate ${because}` });
  const dueAt = START - HOUR + ((90 * DAY + HOUR) * 2) / 3;
  const cases: readonly { name: string; set: CertificateSet; at?: number; expected: Renewal }[] = [
    { name: 'nothing of what is good', set: good, expected: { kind: 'none', until: dueAt } },
    {
      name: 'nothing just before two thirds of its life',
      set: good,
      at: dueAt - 1,
      expected: { kind: 'none', until: dueAt },
    },
    {
      name: 'the serving certificate after two thirds of its life',
      set: good,
      at: dueAt,
      expected: serving('has lived two thirds of its life'),
    },
    {
      name: 'all when the authority has lived two thirds of its life',
      set: old,
      at: START + 601 * DAY,
      expected: all('the certificate authority has lived two thirds of its life'),
    },
    { name: 'all of an empty Secret', set: EMPTY, expected: all('the certificate authority does not exist') },
    { name: 'a missing serving certificate', set: { ...good, cert: ' ' }, expected: serving('does not exist') },
    {
      name: 'a certificate with another key',
      set: { ...good, key: other.key },
      expected: serving('cannot be served (the private key does not belong to the certificate)'),
    },
    { name: 'a certificate of another server', set: elsewhere, expected: serving(`does not speak for ${HOST}`) },
    {
      name: 'a certificate of another authority',
      set: { ...good, ca: other.ca, caKey: other.caKey },
      expected: serving('is not signed by its authority'),
    },
    {
      name: 'all when the key of the authority is lost',
      set: { ...good, caKey: '', cert: '' },
      expected: all('the serving certificate does not exist'),
    },
    {
      name: 'nothing of what upstream has made',
      set: foreign,
      expected: { kind: 'none', until: START - HOUR + ((365 * DAY + HOUR) * 2) / 3 },
    },
    {
      name: 'all when the time of what upstream has made is over, because its authority is of RSA',
      set: foreign,
      at: START + 300 * DAY,
      expected: all('the serving certificate has lived two thirds of its life'),
    },
  ];
  for (const { name, set, at = START, expected } of cases) t.strictSame(needsRenewal(set, HOST, at), expected, name);
});

const encode = (data: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

const configuration = (kind: string, more: object = {}, caBundle?: string) => {
  const prefix = kind === 'MutatingWebhookConfiguration' ? 'mutating' : 'validating';
  const clientConfig = { service: { name: 'x' }, ...(caBundle === undefined ? {} : { caBundle }) };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: `lws-${prefix}-webhook-configuration`, ...more },
    webhooks: [
      { name: 'a', clientConfig, timeoutSeconds: 3 },
      { name: 'b', clientConfig: { ...clientConfig } },
    ],
  };
};

const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

type Test = { readonly teardown: (end: () => Promise<void>) => void };

const startWorld = (t: Test, data: Record<string, string> | null = {}) => {
  const cluster = createFakeCluster();
  if (data !== null)
    cluster.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'lws-system', name: SECRET },
      data: encode(data),
    } as Secret);
  for (const kind of KINDS) cluster.put(configuration(kind));
  const time = createFakeClock(START);
  const start = ({
    readForeign = async (): Promise<CertificateSet | undefined> => undefined,
    lifetimes = LIFETIMES,
  } = {}) => {
    const { log, lines } = createQuietLog();
    const registered: Record<string, boolean> = {};
    const served: CheckedKeyPair[] = [];
    const stop = new AbortController();
    const source = createSelfManagedSource({
      client: cluster.client,
      namespace: 'lws-system',
      secretName: SECRET,
      serviceName: 'lws-webhook-service',
      readForeign,
      onChange: (pair) => served.push(pair),
      onRegistration: (name, isThere) => (registered[name] = isThere),
      log,
      clock: time.clock,
      random: () => 0,
      lifetimes,
    });
    const ended = source.run(stop.signal);
    t.teardown(async () => {
      stop.abort();
      await ended;
    });
    return { source, served, lines, registered, isReady: () => source.problem() === undefined };
  };
  const find = (kind: string) => cluster.find(kind, configuration(kind).metadata.name) as WebhookConfiguration;
  const findSecret = () => cluster.find('Secret', SECRET) as Secret;
  const secret = (): CertificateSet => readCertificateSecret(findSecret());
  const bundles = (): string[] =>
    KINDS.flatMap((kind) =>
      (find(kind).webhooks ?? []).map(({ clientConfig }) =>
        Buffer.from(clientConfig.caBundle ?? '', 'base64').toString(),
      ),
    );
  const setData = (next: Record<string, string>) => cluster.put({ ...findSecret(), data: encode(next) } as Secret);
  return { cluster, time, start, find, secret, bundles, setData };
};

void t.test('fills the Secret and all CA bundles at the first start, and changes nothing else', async (t) => {
  const { cluster, find, start, secret, bundles } = startWorld(t);
  const { source, served, isReady } = start();
  t.equal(source.problem(), 'there is no certificate yet');
  await until('readiness', isReady);
  const { ca, cert, key } = secret();
  t.strictSame(
    served.map((pair) => [pair.cert, pair.key]),
    [[cert, key]],
    'serves what is in the Secret',
  );
  t.strictSame(bundles(), [ca, ca, ca, ca], 'has it trusted everywhere');
  t.strictSame(cluster.writes, ['PUT Secret', ...KINDS.map((kind) => `PUT ${kind}`)]);
  const base64 = Buffer.from(ca).toString('base64');
  for (const kind of KINDS) {
    const { uid: _, resourceVersion: __, ...metadata } = find(kind).metadata;
    t.strictSame({ ...find(kind), metadata }, configuration(kind, {}, base64));
  }
});

void t.test('makes the Secret where it may, and says what to do where it may not', async (t) => {
  const allowed = startWorld(t, null);
  await until('readiness', allowed.start().isReady);
  t.equal(allowed.cluster.writes[0], 'POST Secret');

  const denied = startWorld(t, null);
  denied.cluster.forbidCreation();
  const { source, served, lines } = denied.start();
  const problem =
    'the Secret lws-system/lws-webhook-server-cert does not exist, and the manager may not create Secrets: create it empty, ' +
    'and it will be filled (kubectl create secret generic lws-webhook-server-cert --namespace lws-system)';
  await until('refusal', () => source.problem() === problem);
  t.strictSame([served, lines], [[], [`error: certificates are not up to date: ${problem}`]]);
});

void t.test('says what it may not read', async (t) => {
  const { cluster, start } = startWorld(t);
  cluster.forbidReads();
  const { source } = start();
  const unknown = ['Secret', ...KINDS].map((kind) => `${kind}: Forbidden`).join(', ');
  await until('refusal', () => source.problem() === `there is no certificate yet (${unknown})`);
});

void t.test('replicas that start at once agree on one certificate', async (t) => {
  const { cluster, start, time, secret } = startWorld(t);
  const replicas = [start(), start(), start()];
  for (let tries = 0; tries < 20 && !replicas.every(({ isReady }) => isReady()); tries++) {
    await sleep(20);
    await time.advance(1_000);
  }
  await until('agreement', () => replicas.every(({ served }) => served.at(-1)?.cert === secret().cert));
  t.equal(cluster.writes.filter((write) => write.endsWith('Secret')).length, 1, 'which was made once');
});

void t.test('takes over what upstream has made', async (t) => {
  const data = await createUpstreamCertificates(HOST, START);
  const { cluster, start, secret, bundles } = startWorld(t, data);
  const { served, isReady } = start();
  await until('readiness', isReady);
  t.strictSame(
    served.map(({ cert, key }) => [cert, key]),
    [[data['tls.crt'], data['tls.key']]],
  );
  t.strictSame(
    cluster.writes,
    KINDS.map((kind) => `PUT ${kind}`),
    'and does not write it anew',
  );
  t.equal(secret().caKey, data['ca.key']);
  t.equal(
    new X509Certificate(bundles()[0] ?? '').fingerprint256,
    new X509Certificate(data['ca.crt'] ?? '').fingerprint256,
  );
});

void t.test('serves a certificate of a new authority only after that has been trusted for a while', async (t) => {
  const { start, secret, bundles, time, setData } = startWorld(t);
  const { served, isReady } = start();
  await until('readiness', isReady);
  const old = secret();
  setData({});
  await until('new bundle', () => bundles().every((bundle) => readCertificates(bundle).length === 2));
  const renewed = secret();
  t.strictSame(bundles()[0], mergeAuthorities([old.ca, renewed.ca], START), 'trusts both meanwhile');
  await time.advance(9_999);
  t.strictSame(
    served.map(({ cert }) => cert),
    [old.cert],
    'serves the old one until all may know',
  );
  await time.advance(1);
  await until('swap', () => served.length === 2);
  t.equal(served[1]?.cert, renewed.cert, 'serves the new one then');
  await time.advance(23 * HOUR);
  t.equal(readCertificates(bundles()[0] ?? '').length, 2, 'trusts the old one for a day');
  await time.advance(2 * HOUR);
  await until('smaller bundle', () => bundles().every((bundle) => bundle === renewed.ca));
  t.equal(served.length, 2);
});

void t.test('renews at two thirds of a life, the authority included', async (t) => {
  const { start, secret, time, bundles } = startWorld(t);
  const { served, isReady } = start({ lifetimes: { authorityMs: 30 * DAY, servingMs: 12 * DAY } });
  await until('readiness', isReady);
  const first = secret();
  await time.advance(9 * DAY);
  await until('second certificate', () => served.length === 2);
  t.strictSame([secret().ca, served[1]?.cert], [first.ca, secret().cert], 'under the same authority, at once');

  await time.advance(12 * DAY);
  await until('new authority', () => secret().ca !== first.ca);
  await until('both in the bundle', () => bundles().every((bundle) => bundle.includes(first.ca.trim())));
  await time.advance(10_000);
  await until('its certificate', () => served.at(-1)?.cert === secret().cert);
  t.equal(served.length, 4, 'each is served once');
});

void t.test('serves what is due until it can be replaced', async (t) => {
  const due = await make(EMPTY, 'all', START - 70 * DAY);
  const data = { 'ca.crt': due.ca, 'ca.key': due.caKey, 'tls.crt': due.cert, 'tls.key': due.key };
  const { cluster, start, secret } = startWorld(t, data);
  cluster.forbidUpdates();
  const { served, lines } = start();
  await until('failure', () => lines.some((line) => line.startsWith('error')));
  t.strictSame(
    [served.map(({ cert }) => cert), lines],
    [[due.cert], ['info: serving with a certificate', 'error: certificates are not up to date: Forbidden']],
  );
  t.equal(secret().cert, due.cert);
});

void t.test('leaves a CA bundle alone that cert-manager takes care of, and is not ready', async (t) => {
  const { cluster, find, start } = startWorld(t);
  for (const kind of KINDS)
    cluster.put(configuration(kind, { annotations: { 'cert-manager.io/inject-ca-from': 'lws-system/x' } }));
  const { source, lines } = start();
  await until('warning', () => lines.some((line) => line.startsWith('warn')));
  t.equal(source.problem(), 'the webhook configurations do not trust the certificate authority yet');
  t.match(lines.at(-1), /is left alone because of the annotation cert-manager\.io\/inject-ca-from/);
  t.strictSame(cluster.writes, ['PUT Secret']);
  for (const kind of KINDS)
    cluster.put({
      ...configuration(kind),
      metadata: { ...find(kind).metadata, annotations: {} },
    });
  await until('readiness', () => source.problem() === undefined);
});

void t.test(
  'is not ready before both webhook configurations have been there, and tells when one is gone',
  async (t) => {
    const { cluster, time, start } = startWorld(t);
    for (const kind of KINDS) cluster.remove(kind);
    const { source, lines, registered, isReady } = start();
    const missing = (kind: string): string =>
      `there is no ${kind} ${configuration(kind).metadata.name} with webhooks: the API server would admit objects unasked`;
    const warnings = () => lines.filter((line) => line.startsWith('warn'));
    const WARNING = 'warn: webhooks are not registered: the API server admits objects unasked';
    const told = async (problem: string): Promise<void> => until(problem, () => source.problem() === problem);

    await told(missing('MutatingWebhookConfiguration'));
    cluster.put({ ...configuration('MutatingWebhookConfiguration'), webhooks: [] } as WebhookConfiguration);
    await sleep(20);
    t.equal(source.problem(), missing('MutatingWebhookConfiguration'), 'nor when it is empty');
    cluster.put(configuration('MutatingWebhookConfiguration'));
    await told(missing('ValidatingWebhookConfiguration'));
    cluster.put(configuration('ValidatingWebhookConfiguration'));
    await until('readiness', isReady);
    t.strictSame(warnings(), [WARNING], 'all of which is one warning');
    t.strictSame(registered, {
      'lws-mutating-webhook-configuration': true,
      'lws-validating-webhook-configuration': true,
    });

    await time.advance(59_000);
    cluster.remove('ValidatingWebhookConfiguration');
    await until('its end', () => registered['lws-validating-webhook-configuration'] === false);
    t.strictSame([isReady(), warnings().length], [true, 1], 'the webhooks of the other one are still answered');
    await time.advance(1_000);
    await until('second warning', () => warnings().length === 2);
    await time.advance(60_000);
    await until('third warning', () => warnings().length === 3);
    cluster.put(configuration('ValidatingWebhookConfiguration'));
    await until('its return', () => registered['lws-validating-webhook-configuration'] === true);
    await time.advance(120_000);
    t.strictSame([isReady(), warnings().length], [true, 3]);
  },
);

void t.test('what was served before stays trusted', async (t) => {
  const before = await make();
  const { cluster, start, bundles, secret } = startWorld(t);
  for (const kind of KINDS) cluster.put(configuration(kind, {}, Buffer.from(before.ca).toString('base64')));
  await until('readiness', start().isReady);
  t.equal(bundles()[0], mergeAuthorities([before.ca, secret().ca], START));
});

void t.test('hands over to certificates of somebody else', async (t) => {
  const [first, second] = [await make(), await make()];
  let foreign: CertificateSet | undefined = first;
  const { start, time, bundles, secret } = startWorld(t);
  const { source, served, isReady } = start({ readForeign: async () => foreign });
  const isTrusted = (ca: string) => bundles().every((bundle) => bundle.includes(ca.trim()));
  await until('trust', () => isTrusted(first.ca));
  await until(
    'its end',
    () => source.problem() === 'the certificate files are served once they have been trusted for ten seconds',
  );
  t.strictSame(
    served.map(({ cert }) => cert),
    [secret().cert],
    'serves its own until those are trusted everywhere',
  );
  await time.advance(10_000);
  await until('readiness', isReady);
  t.equal(served.at(-1)?.cert, first.cert, 'then those, and says that it is ready');
  t.ok(isTrusted(secret().ca), 'while its own stay trusted');

  foreign = second;
  await time.advance(10_000);
  await until('trust', () => isTrusted(second.ca));
  await time.advance(10_000);
  await until('swap', () => served.at(-1)?.cert === second.cert);
  foreign = undefined;
  await time.advance(10_000);
  await until('way back', () => served.at(-1)?.cert === secret().cert);
  t.equal(served.length, 4, 'follows them, and serves its own when they are gone');
});

void t.test('certificates of somebody else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-certs-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const set = await make();
  const other = await make();
  const good = { 'ca.crt': set.ca, 'tls.crt': set.cert, 'tls.key': set.key };
  const cases: readonly { name: string; files: Record<string, string>; host?: string; isGood?: boolean }[] = [
    { name: 'are served when they are good', files: good, isGood: true },
    { name: 'are those of a Secret that has no key of an authority', files: { ...good, 'ca.key': set.caKey } },
    { name: 'have to be there', files: {} },
    { name: 'need their authority', files: { ...good, 'ca.crt': other.ca } },
    { name: 'need their key', files: { ...good, 'tls.key': other.key } },
    { name: 'are for this server', files: good, host: 'elsewhere.svc' },
  ];
  for (const [index, { name, files, host = HOST, isGood = false }] of cases.entries()) {
    const directory = join(folder, String(index));
    mkdirSync(directory);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    const expected = isGood ? { ca: set.ca, caKey: '', cert: set.cert, key: set.key } : undefined;
    t.strictSame(await readForeignCertificates(directory, host, START), expected, name);
  }
});

void t.test('the certificate of the metrics is made anew long before it expires', async (t) => {
  const time = createFakeClock(START);
  const { log } = createQuietLog();
  const changes: CheckedKeyPair[] = [];
  const source = await createLocalhostSource({ clock: time.clock, log, onChange: (pair) => changes.push(pair) });
  const first = source.current();
  await time.advance(244 * DAY);
  t.strictSame(changes, []);
  await time.advance(DAY);
  await until('change', () => changes.length > 0);
  t.strictSame(changes, [source.current()]);
  t.equal(source.current().expires.getTime() - first.expires.getTime(), 245 * DAY);
  source.stop();
});

void t.test('files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-certs-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [first, second] = [await make(), await make()];
  let version = 0;
  /** As the kubelet does it: a new folder, and one link that is replaced. */
  const project = ({ cert, key }: { readonly cert: string; readonly key: string }): void => {
    const name = `..version-${(version += 1)}`;
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'tls.crt'), cert);
    writeFileSync(join(folder, name, 'tls.key'), key);
    symlinkSync(name, join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
  };
  const log = createLogger({ level: 'error', destination: { write: () => {} } });
  const changes: string[] = [];
  let failures = 0;
  const options = { directory: folder, log, onChange: ({ cert }: CheckedKeyPair) => void changes.push(cert) };
  await t.rejects(createFileSource(options), { message: `no good certificate in ${folder}` }, 'have to be there');

  project(first);
  const source = await createFileSource({ ...options, onFailure: () => (failures += 1) });
  t.teardown(source.stop);
  t.equal(source.current().cert, first.cert);
  project({ cert: second.cert, key: first.key });
  await until('refusal', () => failures > 0);
  t.strictSame([changes, source.current().cert], [[], first.cert], 'that do not belong together are not served');
  project(second);
  await until('change', () => changes.length > 0);
  t.strictSame([changes, source.current().cert], [[second.cert], second.cert], 'are served once they do');
});

void t.test('warns two weeks before a certificate expires, twice a day', async (t) => {
  const time = createFakeClock(START);
  const { log, lines } = createQuietLog();
  const warning = createExpiryWarning({ clock: time.clock, log });
  warning.follow(new Date(START + 15 * DAY));
  await time.advance(DAY);
  t.strictSame(lines, []);
  await time.advance(DAY);
  t.strictSame(lines, ['warn: the serving certificate expires soon', 'warn: the serving certificate expires soon']);
  await time.advance(13 * DAY);
  t.equal(lines.at(-1), 'error: the serving certificate has expired');
  warning.follow(new Date(START + 90 * DAY));
  const told = lines.length;
  await time.advance(DAY);
  t.equal(lines.length, told, 'not any more once it is replaced');
  warning.stop();
});

void t.test('signs for any names', async (t) => {
  const validity = { notBefore: new Date(START), notAfter: new Date(START + DAY) };
  const { cert } = await createServingCertificate(
    await createAuthority(validity),
    ['a.example', 'b.example'],
    validity,
  );
  t.equal(new X509Certificate(cert).subject, 'CN=a.example');
});

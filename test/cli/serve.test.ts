import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createKeyPairForLocalhost } from '../../src/certs/create-key-pair-for-localhost.ts';
import { freePorts } from '../cluster/free-ports.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { writeKubeconfig } from '../cluster/write-kubeconfig.ts';

// The bundle starts in a third of the time; whoever runs many tests has built it.
const MAIN = fileURLToPath(
  new URL(
    process.env['LWS_MANAGER_IS_BUILT'] === 'true' ? '../../dist/manager.js' : '../../src/main.ts',
    import.meta.url,
  ),
);

type Ports = { readonly webhook: number; readonly health: number; readonly metrics?: number };

/** A folder with all that a manager needs to answer reviews, and a kubeconfig of an API server that does not answer. */
const writeFolder = async ({ webhook, health, metrics }: Ports, tls: object = {}): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-serve-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const { cert, key } = await createKeyPairForLocalhost(Date.now());
  write('tls.crt', cert);
  write('tls.key', key);
  writeKubeconfig(join(folder, 'kubeconfig'), { url: 'https://127.0.0.1:9', ca: cert, token: 't' });
  const configuration = {
    webhook: { host: '127.0.0.1', port: webhook, certDir: folder },
    health: { healthProbeBindAddress: `127.0.0.1:${health}` },
    metrics: { bindAddress: metrics === undefined ? '0' : `127.0.0.1:${metrics}` },
    tls,
    internalCertManagement: { enable: false },
  };
  write('config.json', JSON.stringify(configuration));
  return folder;
};

type Test = { readonly teardown: (end: () => void) => void };

/** What a server agrees on with a client that can do no more than this. */
const negotiate = (port: number, options: SecureContextOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
      socket.end();
    });
    socket.on('error', () => resolve('refused'));
  });

/** Starts a manager as in a pod, and resolves when it answers reviews. */
const startManager = async (t: Test, tls: object) => {
  const [webhook = 0, health = 0, metrics = 0] = await freePorts(3);
  const folder = await writeFolder({ webhook, health, metrics }, tls);
  const args = [MAIN, `--config=${join(folder, 'config.json')}`, `--kubeconfig=${join(folder, 'kubeconfig')}`];
  const env = { PATH: process.env['PATH'], KUBERNETES_SERVICE_HOST: '127.0.0.1' };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  t.teardown(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const ended = once(child, 'exit');
  const probe = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${health}${path}`)).text();
  await waitFor('admission server', async () => (await probe('/readyz/webhook')) === 'ok');
  await waitFor('metrics server', async () => (await negotiate(metrics, {})) !== 'refused');

  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const review = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const options = { port: webhook, path: '/validate--v1-pod', method: 'POST', agent };
      const asked = request(options, (response) => {
        resolve([response.statusCode, response.headers.connection]);
        response.resume();
      });
      asked.on('error', reject).end();
    });
  const ports = { webhook, metrics };
  return { child, probe, ports, review, exitCode: async (): Promise<unknown> => ((await ended) as unknown[])[0] };
};

const negotiateWithBoth = ({ webhook, metrics }: { webhook: number; metrics: number }, options: SecureContextOptions) =>
  Promise.all([webhook, metrics].map((port) => negotiate(port, options)));

const AES128 = 'ECDHE-ECDSA-AES128-GCM-SHA256';
const AES256 = 'ECDHE-ECDSA-AES256-GCM-SHA384';
const twice = (text: string): string[] => [text, text];

void t.test('a manager that is told to end answers until nobody asks any more, and ends well', async (t) => {
  const tls = { minVersion: 'VersionTLS12', cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] };
  const { child, probe, ports, review, exitCode } = await startManager(t, tls);
  const old = { maxVersion: 'TLSv1.2' } as const;
  t.strictSame(await negotiateWithBoth(ports, old), twice(`TLSv1.2 ${AES256}`), 'both servers take the suite');
  t.strictSame(await negotiateWithBoth(ports, { ...old, ciphers: AES128 }), twice('refused'), 'and no other');
  t.equal(await probe('/healthz'), 'ok');
  t.strictSame(await review(), [200, 'keep-alive']);
  const incomplete = new RegExp(
    '^internal server error: the caches are not complete yet ' +
      String.raw`\(LeaderWorkerSet: watch /apis/leaderworkerset\.x-k8s\.io/v1/leaderworkersets: connect ECONNREFUSED 127\.0\.0\.1:9, Pod: watch [^:]+: connect`,
  );
  await waitFor('what the caches lack', async () => incomplete.test(await probe('/readyz/caches')));
  child.kill('SIGTERM');
  await waitFor('end of readiness', async () => (await probe('/readyz/shutdown')) !== 'ok');
  t.equal(await probe('/readyz/shutdown'), 'internal server error: shutting down\n');
  t.equal(await probe('/healthz'), 'ok', 'is alive meanwhile');
  t.strictSame(await review(), [200, 'close'], 'sends its clients away');
  t.equal(await exitCode(), 0);
});

void t.test('a manager that is told twice ends at once', async (t) => {
  const { child, probe, ports, exitCode } = await startManager(t, { minVersion: 'VersionTLS13' });
  t.strictSame(await negotiateWithBoth(ports, { maxVersion: 'TLSv1.2' }), twice('refused'), 'and talks no old TLS');
  t.match(await negotiateWithBoth(ports, {}), twice('TLSv1.3'));
  child.kill('SIGTERM');
  await waitFor('end of readiness', async () => (await probe('/readyz/shutdown')) !== 'ok');
  child.kill('SIGTERM');
  t.equal(await exitCode(), 1);
});

type Start = { readonly folder: string; readonly ports: Ports };

/** Each spoils one thing that a start needs. */
const IMPOSSIBLE: readonly {
  readonly title: string;
  readonly spoil?: (start: Start) => void;
  readonly taken?: keyof Ports;
  readonly says: (start: Start) => string;
}[] = [
  {
    title: 'no kubeconfig',
    spoil: ({ folder }) => rmSync(join(folder, 'kubeconfig')),
    says: ({ folder }) =>
      `the API server cannot be found: cannot read the kubeconfig ${folder}/kubeconfig: there is no such file`,
  },
  {
    title: 'a kubeconfig that is no YAML',
    spoil: ({ folder }) => writeFileSync(join(folder, 'kubeconfig'), 'a: [b'),
    says: ({ folder }) =>
      `the API server cannot be found: the kubeconfig ${folder}/kubeconfig cannot be used: unexpected end of the stream within a flow collection (1:6)`,
  },
  {
    title: 'no certificate',
    spoil: ({ folder }) => rmSync(join(folder, 'tls.crt')),
    says: ({ folder }) =>
      `the admission server cannot start: no good certificate in ${folder}: ENOENT: no such file or directory, open '${folder}/tls.crt'`,
  },
  {
    title: 'a key that is none',
    spoil: ({ folder }) => writeFileSync(join(folder, 'tls.key'), ''),
    says: ({ folder }) =>
      `the admission server cannot start: no good certificate in ${folder}: the private key is empty`,
  },
  {
    title: 'a port of the webhooks that is taken',
    taken: 'webhook',
    says: ({ ports }) => `the admission server cannot start: port ${ports.webhook} is taken by another process`,
  },
  {
    title: 'a port of the probes that is taken',
    taken: 'health',
    says: ({ ports }) => `the probe server cannot listen: port ${ports.health} is taken by another process`,
  },
];

void t.test('what makes a start impossible is one sentence, and exit code 1', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  for (const { title, spoil, taken: of, says } of IMPOSSIBLE) {
    const [webhook = 0, health = 0] = await freePorts(2);
    const ports: Ports = { webhook, health, ...(of === undefined ? {} : { [of]: port }) };
    const folder = await writeFolder(ports);
    t.teardown(() => rmSync(folder, { recursive: true }));
    spoil?.({ folder, ports });
    const args = [MAIN, `--config=${join(folder, 'config.json')}`, `--kubeconfig=${join(folder, 'kubeconfig')}`];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter((line) => line.includes('"level":"error"') && !line.includes('"thread"'));
    const told = lines.map((line) => ({ ...(JSON.parse(line) as object), ts: 0 }));
    const expected = [{ level: 'error', ts: 0, msg: says({ folder, ports }) }];
    t.strictSame({ status, stderr, told }, { status: 1, stderr: '', told: expected }, title);
  }
});

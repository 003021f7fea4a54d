import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createKeyPairForLocalhost } from '../../src/certs/create-key-pair-for-localhost.ts';
import { freePorts } from '../cluster/free-ports.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { writeKubeconfig } from '../cluster/write-kubeconfig.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

type Ports = { readonly webhook: number; readonly health: number };

/** A folder with all that a manager needs to answer reviews, and a kubeconfig of an API server that does not answer. */
const writeFolder = async ({ webhook, health }: Ports): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-serve-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const { cert, key } = await createKeyPairForLocalhost(Date.now());
  write('tls.crt', cert);
  write('tls.key', key);
  writeKubeconfig(join(folder, 'kubeconfig'), { url: 'https://127.0.0.1:9', ca: cert, token: 't' });
  const configuration = {
    webhook: { host: '127.0.0.1', port: webhook, certDir: folder },
    health: { healthProbeBindAddress: `127.0.0.1:${health}` },
    metrics: { bindAddress: '0' },
    internalCertManagement: { enable: false },
  };
  write('config.json', JSON.stringify(configuration));
  return folder;
};

type Test = { readonly teardown: (end: () => void) => void };

/** Starts a manager as in a pod, and resolves when it answers reviews. */
const startManager = async (t: Test) => {
  const [webhook = 0, health = 0] = await freePorts(2);
  const folder = await writeFolder({ webhook, health });
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
  return { child, probe, review, exitCode: async (): Promise<unknown> => ((await ended) as unknown[])[0] };
};

void t.test('a manager that is told to end answers until nobody asks any more, and ends well', async (t) => {
  const { child, probe, review, exitCode } = await startManager(t);
  t.equal(await probe('/healthz'), 'ok');
  t.strictSame(await review(), [200, 'keep-alive']);
  t.equal(await probe('/readyz/caches'), 'internal server error: the caches are not complete yet\n');
  child.kill('SIGTERM');
  await waitFor('end of readiness', async () => (await probe('/readyz/shutdown')) !== 'ok');
  t.equal(await probe('/readyz/shutdown'), 'internal server error: shutting down\n');
  t.equal(await probe('/healthz'), 'ok', 'is alive meanwhile');
  t.strictSame(await review(), [200, 'close'], 'sends its clients away');
  t.equal(await exitCode(), 0);
});

void t.test('a manager that is told twice ends at once', async (t) => {
  const { child, probe, exitCode } = await startManager(t);
  child.kill('SIGTERM');
  await waitFor('end of readiness', async () => (await probe('/readyz/shutdown')) !== 'ok');
  child.kill('SIGTERM');
  t.equal(await exitCode(), 1);
});

import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import t from 'tap';
import { CIPHER_SUITES } from '../../src/api/cipher-suites.ts';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';
import { createHealthApp } from '../../src/server/health-app.ts';
import { listenAdmission } from '../../src/server/listen.ts';
import type { Authorize } from '../../src/server/metrics-app.ts';
import { createMetricsApp } from '../../src/server/metrics-app.ts';
import type { KeyPair, TLSSettings } from '../../src/server/tls-options.ts';
import { buildTLSOptions } from '../../src/server/tls-options.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createReconcilerMetrics } from '../../src/telemetry/reconciler-metrics.ts';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

const createKeyPair = async (name: string, signingAlgorithm: typeof ECDSA | typeof RSA = ECDSA): Promise<KeyPair> => {
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const extensions = [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])];
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm,
    extensions,
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
};

const logger = createLogger({ level: 'error', destination: { write: () => {} } });

const listen = (keyPair: KeyPair, tls: TLSSettings = {}) =>
  listenAdmission({
    host: '127.0.0.1',
    port: 0,
    keyPair,
    tls,
    gangScheduling: false,
    logger,
    metrics: createMetrics().webhook,
  });

type Answer = { readonly body: string; readonly connection: string | undefined; readonly subject: string };

const ask = (port: number, ca: string, agent: Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: { uid: 'u', operation: 'CONNECT' },
    });
    const options = {
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path: WEBHOOK_PATH.validateLeaderWorkerSet,
      method: 'POST',
      ca,
      agent,
      headers: { 'content-type': 'application/json' },
    };
    const outgoing = request(options, (incoming) => {
      const { raw } = (incoming.socket as TLSSocket).getPeerCertificate();
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({ body, connection: incoming.headers.connection, subject: new X509Certificate(raw).subject });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const ALLOWED =
  '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u","allowed":true,"status":{"metadata":{},"code":200}}}';

void t.test('serves over TLS, swaps its certificate, drains and closes', async (t) => {
  const [first, second, other] = await Promise.all(['first', 'second', 'other'].map((name) => createKeyPair(name)));
  if (first === undefined || second === undefined || other === undefined)
    throw new Error('three names make three pairs');
  const server = await listen(first);
  t.teardown(() => server.close());
  const { port } = server.address;
  const kept = new Agent({ keepAlive: true });
  t.strictSame(await ask(port, first.cert, kept), { body: ALLOWED, connection: 'keep-alive', subject: 'CN=first' });
  server.swapCertificate(second);
  t.strictSame(
    await ask(port, second.cert, new Agent()),
    { body: ALLOWED, connection: 'close', subject: 'CN=second' },
    'serves the new certificate',
  );
  t.throws(
    () => server.swapCertificate({ cert: second.cert, key: other.key }),
    /does not belong/,
    'refuses a key of another certificate',
  );
  t.throws(() => server.swapCertificate({ cert: '', key: '' }), 'refuses an empty pair');
  t.equal((await ask(port, second.cert, new Agent())).subject, 'CN=second', 'keeps the old pair then');
  server.drain();
  t.strictSame(
    await ask(port, first.cert, kept),
    { body: ALLOWED, connection: 'close', subject: 'CN=first' },
    'closes kept connections',
  );
  await server.close();
  await t.rejects(ask(port, second.cert, new Agent()), { code: 'ECONNREFUSED' });
});

const negotiate = (port: number, options: object): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      resolve(
        `${String(socket.getProtocol())} ${socket.alpnProtocol === false ? 'none' : socket.alpnProtocol} ${socket.getCipher().name}`,
      );
      socket.end();
    });
    socket.on('error', () => resolve('refused'));
  });

void t.test('speaks the TLS that is configured, also after a swap', async (t) => {
  const keyPair = await createKeyPair('tls');
  const cipherSuites = ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256', 'unknown'];
  const suite = await listen(keyPair, { minVersion: 'VersionTLS12', cipherSuites });
  suite.swapCertificate(keyPair);
  const old = { maxVersion: 'TLSv1.2' };
  t.equal(await negotiate(suite.address.port, old), 'TLSv1.2 none ECDHE-ECDSA-AES256-GCM-SHA384');
  t.equal(await negotiate(suite.address.port, { ...old, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }), 'refused');
  t.match(await negotiate(suite.address.port, { ALPNProtocols: ['h2', 'http/1.1'] }), /^TLSv1.3 http\/1.1 /);
  await suite.close();
  const strict = await listen(keyPair, { minVersion: 'VersionTLS13' });
  strict.swapCertificate(keyPair);
  t.equal(await negotiate(strict.address.port, old), 'refused');
  await strict.close();
  t.doesNotThrow(
    () => buildTLSOptions(keyPair, { cipherSuites: Object.keys(CIPHER_SUITES) }),
    'knows every name that it maps to',
  );
});

void t.test('speaks no weak suite unless it is told to', async (t) => {
  const rsa = await createKeyPair('rsa', RSA);
  const ecdsa = await createKeyPair('ecdsa');
  const weak = ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'];
  const told = await listen(rsa, { cipherSuites: weak });
  t.teardown(() => told.close());
  const [ofRSA, ofECDSA] = await Promise.all([rsa, ecdsa].map((keyPair) => listen(keyPair)));
  t.teardown(() => Promise.all([ofRSA?.close(), ofECDSA?.close()]));
  const agreed = async (port: number | undefined): Promise<string[]> => {
    const names = [...new Set(Object.values(CIPHER_SUITES).filter((name) => name !== undefined))];
    const tried = names.map(async (ciphers) => {
      const client = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` };
      return (await negotiate(port ?? 0, client)) === 'refused' ? [] : [ciphers];
    });
    return (await Promise.all(tried)).flat();
  };
  t.strictSame(
    await Promise.all([ofRSA, ofECDSA, told].map((server) => agreed(server?.address.port))),
    [
      ...['RSA', 'ECDSA'].map((kind) =>
        ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((rest) => `ECDHE-${kind}-${rest}`),
      ),
      ['ECDHE-RSA-AES128-SHA', 'AES128-GCM-SHA256'],
    ],
    'neither one without forward secrecy nor one of CBC',
  );
});

const probes: { title: string; url: string; status: number; body: string }[] = [
  { title: 'is alive', url: '/healthz', status: 200, body: 'ok' },
  { title: 'answers for one check', url: '/healthz/ping', status: 200, body: 'ok' },
  { title: 'tells of each check', url: '/healthz?verbose', status: 200, body: '[+]ping ok\nhealthz check passed\n' },
  {
    title: 'is not ready',
    url: '/ready',
    status: 500,
    body: '[+]ping ok\n[-]certificate failed: reason withheld\nhealthz check failed\n',
  },
  {
    title: 'says why to who asks for the check',
    url: '/ready/certificate',
    status: 500,
    body: 'internal server error: none yet\n',
  },
  { title: 'leaves out a check', url: '/ready?exclude=certificate', status: 200, body: 'ok' },
  {
    title: 'says what it leaves out, and what it does not know',
    url: '/ready?verbose=true&exclude=certificate&exclude=x',
    status: 200,
    body: '[+]ping ok\n[+]certificate excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nhealthz check passed\n',
  },
  { title: 'knows no other check', url: '/ready/other', status: 404, body: '404 page not found\n' },
];

void t.test('probes', async (t) => {
  const ping = { name: 'ping', check: () => undefined };
  const app = createHealthApp({
    livenessPath: '/healthz',
    livenessChecks: [ping],
    readinessPath: 'ready',
    readinessChecks: [ping, { name: 'certificate', check: () => 'none yet' }],
  });
  for (const { title, url, status, body } of probes) {
    const response = await app.inject(url);
    t.strictSame([response.statusCode, response.body], [status, body], title);
  }
});

const verdicts: { title: string; authorize: Authorize; status: number; body: string }[] = [
  {
    title: 'shows metrics to who may see them',
    authorize: () => Promise.resolve({ status: 200 }),
    status: 200,
    body: 'up 1\n',
  },
  {
    title: 'refuses who is unknown',
    authorize: () => Promise.resolve({ status: 401, body: 'Unauthorized' }),
    status: 401,
    body: 'Unauthorized\n',
  },
  {
    title: 'asks about the right thing',
    authorize: (access) => Promise.resolve({ status: 403, body: JSON.stringify(access) }),
    status: 403,
    body: '{"authorization":"Bearer t","verb":"get","path":"/metrics"}\n',
  },
  {
    title: 'hides why it cannot tell',
    authorize: () => Promise.reject(new Error('secret')),
    status: 500,
    body: 'Internal Server Error\n',
  },
];

void t.test('metrics', async (t) => {
  const keyPair = await createKeyPair('metrics');
  for (const { title, authorize, status, body } of verdicts) {
    const metrics = { contentType: 'text/plain', read: () => Promise.resolve('up 1\n') };
    const app = createMetricsApp({ keyPair, tls: {}, authorize, metrics });
    const response = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer t' } });
    t.strictSame([response.statusCode, response.body], [status, body], title);
  }
});

void t.test('names of metrics', async (t) => {
  const { controller, workQueue, restClient, informer, leaderElection, certificate, webhook, read } = createMetrics();
  controller.workers('leaderworkerset', 4);
  controller.activeWorkers('leaderworkerset', 1);
  controller.reconciled({ controller: 'leaderworkerset', result: 'error' }, 0.1);
  controller.panics('leaderworkerset');
  workQueue.depth('leaderworkerset', 2);
  workQueue.adds('leaderworkerset');
  workQueue.retries('leaderworkerset');
  workQueue.queueSeconds('leaderworkerset', 0.1);
  workQueue.workSeconds('leaderworkerset', 0.1);
  workQueue.observeRunning('leaderworkerset', () => ({ total: 3, longest: 2 }));
  restClient.requests({ method: 'GET', host: 'api', code: '200' });
  restClient.requestSeconds({ verb: 'GET', host: 'api' }, 0.1);
  informer.events({ kind: 'Pod', type: 'ADDED' });
  informer.relists({ kind: 'Pod' });
  informer.watchFailures({ kind: 'Pod' });
  informer.objects({ kind: 'Pod' }, 5);
  informer.observeAge({ kind: 'Pod' }, () => 7);
  leaderElection.isLeader('lease', true);
  leaderElection.slow('lease');
  certificate.read();
  certificate.readFailed();
  certificate.expiresAt(new Date(1000));
  certificate.registered('c', true);
  const reviews = webhook.forPath('/w');
  reviews.decided('denied');
  const reconciler = createReconcilerMetrics();
  reconciler.workQueue.adds('leaderworkerset');
  const samples = (await read([await reconciler.readFamilies()]))
    .split('\n')
    .filter((line) =>
      /^(controller_runtime|workqueue|rest_client|lws_(?!policy)|leader_election|certwatcher)/.test(line),
    );
  const plain = samples.filter((line) => !/_bucket\{|_sum\{|controller_runtime_webhook|event_loop_lag/.test(line));
  t.strictSame(plain.toSorted(), [
    'certwatcher_read_certificate_errors_total 1',
    'certwatcher_read_certificate_total 1',
    'controller_runtime_active_workers{controller="leaderworkerset"} 1',
    'controller_runtime_max_concurrent_reconciles{controller="leaderworkerset"} 4',
    'controller_runtime_reconcile_errors_total{controller="leaderworkerset"} 1',
    'controller_runtime_reconcile_panics_total{controller="leaderworkerset"} 1',
    'controller_runtime_reconcile_time_seconds_count{controller="leaderworkerset"} 1',
    'controller_runtime_reconcile_timeouts_total{controller="leaderworkerset"} 0',
    'controller_runtime_reconcile_total{controller="leaderworkerset",result="error"} 1',
    'controller_runtime_reconcile_total{controller="leaderworkerset",result="requeue"} 0',
    'controller_runtime_reconcile_total{controller="leaderworkerset",result="requeue_after"} 0',
    'controller_runtime_reconcile_total{controller="leaderworkerset",result="success"} 0',
    'controller_runtime_terminal_reconcile_errors_total{controller="leaderworkerset"} 0',
    'leader_election_master_status{name="lease"} 1',
    'leader_election_slowpath_total{name="lease"} 1',
    'lws_admission_reviews_total{webhook="/w",verdict="allowed"} 0',
    'lws_admission_reviews_total{webhook="/w",verdict="denied"} 1',
    'lws_admission_reviews_total{webhook="/w",verdict="failed"} 0',
    'lws_informer_age_seconds{kind="Pod"} 7',
    'lws_informer_events_total{kind="Pod",type="ADDED"} 1',
    'lws_informer_lists_total{kind="Pod"} 1',
    'lws_informer_objects{kind="Pod"} 5',
    'lws_informer_watch_failures_total{kind="Pod"} 1',
    'lws_serving_certificate_expiry_timestamp_seconds 1',
    'lws_webhook_configuration_present{configuration="c"} 1',
    'rest_client_request_duration_seconds_count{verb="GET",host="api"} 1',
    'rest_client_requests_total{method="GET",host="api",code="200"} 1',
    'workqueue_adds_total{name="leaderworkerset",controller="leaderworkerset"} 2',
    'workqueue_depth{name="leaderworkerset",controller="leaderworkerset"} 2',
    'workqueue_longest_running_processor_seconds{name="leaderworkerset",controller="leaderworkerset"} 2',
    'workqueue_queue_duration_seconds_count{name="leaderworkerset",controller="leaderworkerset"} 1',
    'workqueue_retries_total{name="leaderworkerset",controller="leaderworkerset"} 1',
    'workqueue_unfinished_work_seconds{name="leaderworkerset",controller="leaderworkerset"} 3',
    'workqueue_work_duration_seconds_count{name="leaderworkerset",controller="leaderworkerset"} 1',
  ]);
  const lags = samples.filter((line) => line.startsWith('lws_event_loop_lag'));
  t.strictSame(
    lags.map((line) => line.replace(/ .*/, '')),
    ['admission', 'reconciler'].flatMap((thread) =>
      ['0.5', '0.99', '1'].map((quantile) => `lws_event_loop_lag_seconds{thread="${thread}",quantile="${quantile}"}`),
    ),
    'of both threads',
  );
});

void t.test('the log', async (t) => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const write = (): void => log.debug({}, `${log.level()}, ${String(log.isDebugEnabled)}`);
  write();
  log.setLevel('debug');
  write();
  log.setLevel('info');
  write();
  t.strictSame(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['debug, true'],
    'changes its level while it runs',
  );
  const cause = new Error('connect ECONNREFUSED 127.0.0.1:9');
  log.warn({ error: new Error(`GET /x: ${cause.message}`, { cause }) }, 'broken');
  const { error } = JSON.parse(lines.at(-1) ?? '') as { error: { type: string; message: string; stack: string } };
  t.strictSame([error.type, error.message], ['Error', `GET /x: ${cause.message}`], 'says what went wrong once');
  t.match(error.stack, /caused by: Error: connect ECONNREFUSED/);
});

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createUpstreamCertificates } from '../certs/upstream-certificates.ts';
import { balanceConnections } from './balance-connections.ts';
import { freePorts } from './free-ports.ts';
import { leaderWorkerSetCRD, registerWebhookService } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LWS, leaderWorkerSet } from './lws-fixtures.ts';
import { readMetrics } from './read-metrics.ts';
import { requestToken } from './request-token.ts';
import { resourcePath } from './resource-path.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';
import type { WebhookConfiguration } from './webhook-trust.ts';
import { WEBHOOK_CONFIGURATIONS, WEBHOOK_HOST, fingerprintOf, readBundles, shakeHands } from './webhook-trust.ts';

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'lws-system', name: 'lws-webhook-server-cert' },
};
const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'lws-system', name: 'b8b2488c.x-k8s.io' },
};
type Secret = KubeObject & { data?: Record<string, string> };

const cluster = await startControlPlane({ crds: leaderWorkerSetCRD(), nodes: false });
t.teardown(() => cluster.stop());
const { client } = cluster;
const namespace = await cluster.createNamespace('certificates');
const [servicePort = 0] = await freePorts(1);
await registerWebhookService(client, servicePort);

const decode = (text = ''): string => Buffer.from(text, 'base64').toString();
const encode = (data: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

const readSecret = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((await client.get<Secret>(SECRET))?.data ?? {}).map(([key, text]) => [key, decode(text)]),
  );

const setSecret = (data: Record<string, string>): Promise<unknown> => client.replace({ ...SECRET, data: encode(data) });

/** A create that every webhook is asked about, and that leaves nothing behind. */
const tryCreate = () => {
  const body = leaderWorkerSet(namespace, 'x');
  return client.raw({ method: 'POST', path: resourcePath(LWS, namespace), query: { dryRun: 'All' }, body });
};

const configuration = { leaderElection: { leaderElect: true } };
const start = (name: string) => startManager(cluster, { name, makesCertificates: true, configuration });
const before = await Promise.all(WEBHOOK_CONFIGURATIONS.map((ref) => client.get<WebhookConfiguration>(ref)));
const first = await start('first');
const second = await start('second');
const replicas = [first, second];
const stopBalancing = await balanceConnections(
  servicePort,
  replicas.map(({ origin }) => Number(new URL(origin).port)),
);
t.teardown(stopBalancing);

/** Resolves when both serve what the Secret holds, and both configurations trust it. */
const agreed = async (): Promise<Record<string, string>> => {
  const data = await readSecret();
  const bundles = await readBundles(client);
  const wanted = fingerprintOf(data['tls.crt']);
  const served = await Promise.all(replicas.flatMap(({ origin }) => bundles.map((ca) => shakeHands(origin, ca))));
  if (served.some((shown) => shown !== wanted)) throw new Error('another certificate is served');
  return data;
};

const stopBoth = () => Promise.all(replicas.map(({ stop }) => stop()));
const startBoth = () => Promise.all(replicas.map(({ start }) => start()));

void t.test('the first start fills the Secret and the CA bundles, and nothing else', async (t) => {
  const data = await agreed();
  t.strictSame(Object.keys(data).toSorted(), ['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
  t.ok(new X509Certificate(data['tls.crt'] ?? '').checkHost(`${WEBHOOK_HOST}.cluster.local`));
  const after = await Promise.all(WEBHOOK_CONFIGURATIONS.map((ref) => client.get<WebhookConfiguration>(ref)));
  const caBundle = Buffer.from(data['ca.crt'] ?? '').toString('base64');
  t.strictSame(
    after.map((configuration) => configuration?.webhooks),
    before.map((configuration) =>
      configuration?.webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } })),
    ),
  );
  t.equal((await tryCreate()).code, 201, 'the API server reaches the webhooks');
});

void t.test('replicas that start at once agree', async (t) => {
  t.strictSame(await stopBoth(), [0, 0], 'end well when told to');
  t.equal(
    (await client.get<KubeObject & { spec: { holderIdentity: string } }>(LEASE))?.spec.holderIdentity,
    '',
    'and give the lease back',
  );
  const old = await readSecret();
  await setSecret({});
  await startBoth();
  t.not((await waitFor('agreement', agreed))['tls.crt'], old['tls.crt']);
});

void t.test('what upstream has made is taken over', async (t) => {
  await stopBoth();
  const data = await createUpstreamCertificates(WEBHOOK_HOST, Date.now());
  await setSecret(data);
  await startBoth();
  t.strictSame(await waitFor('agreement', agreed), data);
  t.equal((await tryCreate()).code, 201);
});

void t.test('no request fails while everything is made anew', async (t) => {
  const old = await readSecret();
  const failures: string[] = [];
  let requests = 0;
  let handshakes = 0;
  const over = new AbortController();
  const askAgain = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const { code, body } = await tryCreate();
      requests += 1;
      if (code !== 201) failures.push(body);
    }
  };
  /** New connections of an API server that is a little behind. */
  const connectAgain = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const [ca = ''] = await readBundles(client);
      await sleep(100);
      const shaken = await Promise.allSettled(replicas.map(({ origin }) => shakeHands(origin, ca)));
      handshakes += shaken.length;
      for (const one of shaken) if (one.status === 'rejected') failures.push(String(one.reason));
    }
  };
  const load = Promise.all([askAgain(), askAgain(), connectAgain()]);
  await setSecret({});
  const renewed = await waitFor('new certificate', async () => {
    const data = await agreed();
    return data['tls.crt'] !== old['tls.crt'] && data;
  });
  await sleep(500);
  over.abort();
  await load;
  t.strictSame(failures, []);
  t.ok(requests > 100 && handshakes > 100, `${requests} requests and ${handshakes} handshakes`);
  t.not(renewed['ca.crt'], old['ca.crt'], 'the authority included');
  t.ok(
    (await readBundles(client)).every((bundle) => bundle.includes(old['ca.crt']?.trim() ?? '-')),
    'the old one stays trusted',
  );
});

void t.test('metrics are shown to whom the cluster lets read them', async (t) => {
  const tokenOf = async (name: string): Promise<string> => {
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
    return requestToken(client, namespace, name);
  };
  await client.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'metrics-reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'lws-metrics-reader' },
    subjects: [{ kind: 'ServiceAccount', namespace, name: 'reader' }],
  });
  t.strictSame(await readMetrics(first.metricsOrigin), { code: 401, body: 'Unauthorized\n' });
  t.strictSame(await readMetrics(first.metricsOrigin, 'nobody'), { code: 401, body: 'Unauthorized\n' });
  t.strictSame(await readMetrics(first.metricsOrigin, await tokenOf('stranger')), {
    code: 403,
    body: `Authorization denied for user system:serviceaccount:${namespace}:stranger\n`,
  });
  const token = await tokenOf('reader');
  const shown = await Promise.all(replicas.map(({ metricsOrigin }) => readMetrics(metricsOrigin, token)));
  const names = shown.map(({ code, body }) => {
    t.equal(code, 200);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return lines.map((line) => line.replace(/ .*/, ''));
  });
  const series = [
    'lws_admission_reviews_total{webhook="/mutate-leaderworkerset-x-k8s-io-v1-leaderworkerset",verdict="allowed"}',
    'controller_runtime_webhook_requests_total{webhook="/validate-leaderworkerset-x-k8s-io-v1-leaderworkerset",code="200"}',
    'leader_election_master_status{name="b8b2488c.x-k8s.io"}',
    'lws_serving_certificate_expiry_timestamp_seconds',
    'lws_event_loop_lag_seconds{thread="admission",quantile="0.99"}',
    'lws_event_loop_lag_seconds{thread="reconciler",quantile="0.99"}',
    'lws_informer_age_seconds{kind="LeaderWorkerSet"}',
    'process_start_time_seconds',
  ];
  t.strictSame(
    // The API server keeps connections, and may have asked one of them alone.
    series.filter((one) => !names.flat().includes(one)),
    [],
    'tell of admission, reconciler, certificate and process',
  );
  for (const ofOne of names) t.equal(new Set(ofOne).size, ofOne.length, 'each series once');
});

void t.test('the log level changes at run time', async (t) => {
  const logs = (): string[] => replicas.map(({ log }) => readFileSync(log, 'utf8'));
  for (const { pid } of replicas) process.kill(pid() ?? 0, 'SIGUSR2');
  await waitFor('other level', () =>
    logs().every((log) => /"logLevel":"debug"[^\n]*the log level was changed/.test(log)),
  );
  // The API server keeps its connections: it may ask one of them alone.
  await waitFor('line of a review', async () => {
    await tryCreate();
    return logs().some((log) => /"level":"debug"[^\n]*"reviewed"/.test(log));
  });
  t.pass('to debug');
});

void t.test(
  'a webhook configuration that is missing is told of, and the webhooks of the other one are served',
  async (t) => {
    const [, validating] = WEBHOOK_CONFIGURATIONS;
    const found = validating && (await client.get<WebhookConfiguration>(validating));
    if (found === undefined) throw new Error('it was there');
    const probe = async (path: string): Promise<string> => (await fetch(`${second.healthOrigin}${path}`)).text();
    await client.delete(found);
    await waitFor('warning', () => readFileSync(second.log, 'utf8').includes('webhooks are not registered'));
    t.equal(await probe('/readyz'), 'ok', 'who was ready stays so');

    t.equal(await second.stop(), 0);
    const started = second.start();
    const problem =
      'internal server error: there is no ValidatingWebhookConfiguration lws-validating-webhook-configuration with webhooks: ' +
      'the API server would admit objects unasked\n';
    await waitFor('what is missing', async () => (await probe('/readyz/webhook')) === problem);
    const { name, labels } = found.metadata;
    await client.create({ ...found, metadata: { name, ...(labels === undefined ? {} : { labels }) } });
    await started;
    await waitFor('agreement', agreed);
    t.equal((await tryCreate()).code, 201, 'who has just started is ready once it is there');
  },
);

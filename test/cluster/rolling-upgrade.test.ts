import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { freePorts } from './free-ports.ts';
import { leaderWorkerSetCRD, registerWebhookService } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LABEL, LWS, POD, leaderWorkerSet } from './lws-fixtures.ts';
import { resourcePath } from './resource-path.ts';
import { serveEndpoints } from './serve-endpoints.ts';
import { startControlPlane } from './start-control-plane.ts';
import type { Manager } from './start-manager.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'lws-system', name: 'lws-webhook-server-cert' },
};
/** Each write is asked about twice: 200 admissions a second. */
const WRITES_PER_SECOND = 100;
const ADMISSIONS_PER_WRITE = 2;
/** A machine that cannot keep up is not asked for more; the client has sockets left for what the test itself wants to know. */
const MOST_AT_ONCE = 24;

const cluster = await startControlPlane({ crds: leaderWorkerSetCRD(), nodes: false });
t.teardown(() => cluster.stop());
const { client } = cluster;
const namespace = await cluster.createNamespace('upgrade');
const [servicePort = 0] = await freePorts(1);
await registerWebhookService(client, servicePort);

const portOf = ({ origin }: Manager): number => Number(new URL(origin).port);
/** As in a pod: what drains has to wait until the endpoints have forgotten it. */
const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1' };
const configuration = { leaderElection: { leaderElect: true } };
const start = (name: string) => startManager(cluster, { name, makesCertificates: true, configuration, env });
const replicas = [await start('first'), await start('second')] as const;
const [first, second] = replicas;
const service = await serveEndpoints(
  servicePort,
  replicas.map((replica) => ({
    port: portOf(replica),
    isReady: async () => (await fetch(`${replica.healthOrigin}/readyz`)).ok,
  })),
);
t.teardown(service.close);

await client.create(leaderWorkerSet(namespace, 'there', { replicas: 0 }));
const pod = (name: string, labels: Record<string, string>) => ({
  ...POD,
  metadata: {
    namespace,
    name,
    labels: { [`${LABEL}name`]: 'a', ...labels },
    annotations: { [`${LABEL}size`]: '2', [`${LABEL}leader-name`]: 'a-0' },
  },
  spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
});
const path = (object: { apiVersion: string; kind: string }, name = ''): string =>
  `${resourcePath(object, namespace)}${name}`;
/** Writes that leave nothing behind, each of which two webhooks have to let pass. */
const WRITES = [
  { method: 'POST', path: path(LWS), body: leaderWorkerSet(namespace, 'new') },
  { method: 'POST', path: path(POD), body: pod('a-0', { [`${LABEL}worker-index`]: '0' }) },
  {
    method: 'PATCH',
    path: path(LWS, '/there'),
    body: { spec: { replicas: 1 } },
    contentType: 'application/merge-patch+json',
  },
  { method: 'POST', path: path(POD), body: pod('a-0-1', { [`${LABEL}group-index`]: '0' }) },
] as const;

/** When an answer came that was none. */
type Failure = { readonly after: number; readonly during: string; readonly text: string };

/** Writes again and again, at the same pace while the machine keeps up, and keeps what fails. */
const writeSteadily = () => {
  const failures: Failure[] = [];
  const begunAt = performance.now();
  const under = new Set<Promise<void>>();
  let during = 'the beginning';
  let writes = 0;
  let most = 0;

  const write = async (): Promise<void> => {
    const wanted = WRITES[writes % WRITES.length] ?? WRITES[0];
    writes += 1;
    const fail = (text: string): unknown =>
      failures.push({ after: Math.round(performance.now() - begunAt), during, text });
    try {
      const { code, body } = await client.raw({ ...wanted, query: { dryRun: 'All' } });
      if (code >= 300) fail(`${code} ${body}`);
    } catch (error) {
      fail(String(error));
    }
  };
  const isDue = (): boolean =>
    writes < ((performance.now() - begunAt) / 1000) * WRITES_PER_SECOND && under.size < MOST_AT_ONCE;
  const pace = setInterval(() => {
    while (isDue()) {
      const one = write().finally(() => under.delete(one));
      under.add(one);
    }
    most = Math.max(most, under.size);
  }, 5);

  return {
    enter: (stage: string) => (during = stage),
    /** How many writes are under way, and how many there have been. */
    count: () => ({ under: under.size, writes }),
    stop: async () => {
      clearInterval(pace);
      await Promise.all(under);
      return { failures, writes, most, seconds: (performance.now() - begunAt) / 1000 };
    },
  };
};

void t.test(
  'replicas are replaced, certificates too, and no admission fails; a replica that is killed costs what it had in hand',
  async (t) => {
    const load = writeSteadily();
    await sleep(1_000);
    for (const replica of replicas) {
      load.enter(`replacement of ${replica === first ? 'the first' : 'the second'}`);
      t.equal(await replica.stop(), 0, 'ends well');
      await replica.start();
      await sleep(500);
    }

    load.enter('rotation');
    const before = await client.get(SECRET);
    await client.replace({ ...SECRET, data: {} });
    await waitFor('new certificates', async () => {
      const secret = await client.get<KubeObject & { data?: Record<string, string> }>(SECRET);
      return (
        secret?.data?.['tls.crt'] !== undefined && secret.metadata.resourceVersion !== before?.metadata.resourceVersion
      );
    });
    // Both replicas have learned of it, and connections were opened since.
    await sleep(2_000);

    load.enter('kill');
    const connections = service.connectionsTo(portOf(second));
    const refusedBefore = service.refusedBy(portOf(second));
    const atKill = load.count();
    await second.stop('SIGKILL');
    await waitFor('end of its connections', () => service.connectionsTo(portOf(second)) === 0);
    // Until then a write could still be sent on one of them.
    const inHand = atKill.under + load.count().writes - atKill.writes;
    await sleep(2_500);
    load.enter('return');
    await second.start();
    await sleep(500);

    const { failures, writes, most, seconds } = await load.stop();
    const refused = service.refusedBy(portOf(second)) - refusedBefore;
    const ofKill = failures.filter(({ during }) => during === 'kill');
    for (const { after, during, text } of failures) t.comment(`${after} ms, ${during}: ${text.trim()}`);
    t.comment(
      `${writes * ADMISSIONS_PER_WRITE} admissions in ${seconds.toFixed(1)} s, ${Math.round((writes * ADMISSIONS_PER_WRITE) / seconds)} a second, ` +
        `at most ${most} writes at once; the kill cut ${connections} connections while ${inHand} writes were under way, ` +
        `${refused} connections were refused until the Service knew, and it cost ${ofKill.length} writes`,
    );
    t.strictSame(
      failures.filter(({ during }) => during !== 'kill'),
      [],
      'no admission fails but for the kill',
    );
    t.ok(
      ofKill.length <= inHand + refused,
      'a kill costs at most what was under way, and what the Service still sent there',
    );
    t.strictSame(
      ofKill.filter(({ text }) => !/EOF|connection re(?:set|fused)|broken pipe/.test(text)),
      [],
      'and the API server says that the connection was lost',
    );
    t.ok(writes > 500, 'there was something to lose');
  },
);

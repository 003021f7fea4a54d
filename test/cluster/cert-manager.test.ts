import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { balanceConnections } from './balance-connections.ts';
import { createMetricsReader } from './create-metrics-reader.ts';
import { freePorts } from './free-ports.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { installTools } from './install-tools.ts';
import type { KubeObject } from './kube-object.ts';
import { writeKustomization } from './kustomize.ts';
import { LWS, leaderWorkerSet } from './lws-fixtures.ts';
import { projectSecret } from './project-secret.ts';
import { resourcePath } from './resource-path.ts';
import { startCertManager } from './start-cert-manager.ts';
import { startControlPlane } from './start-control-plane.ts';
import type { Manager } from './start-manager.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';
import { fingerprintOf, readBundles, shakeHands } from './webhook-trust.ts';

type Secret = KubeObject & { data?: Record<string, string> };
type Condition = { type: string; status: string };
type Certificate = KubeObject & { status?: { revision?: number; conditions?: Condition[] } };

const secretRef = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'lws-system', name } });
const FILES = secretRef('webhook-server-cert');
const OWN = secretRef('lws-webhook-server-cert');
const AUTHORITY = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { namespace: 'lws-system', name: 'lws-ca' },
};

const { certManagerCRDs } = installTools();
const cluster = await startControlPlane({ crds: [...leaderWorkerSetCRD(), ...certManagerCRDs], nodes: false });
t.teardown(() => cluster.stop());
const { client } = cluster;
const namespace = await cluster.createNamespace('used');
const [servicePort = 0] = await freePorts(1);
// Before version 1.19 its injector replaced CA bundles. A sequence that stands that stands everything.
let certManager = startCertManager(cluster, 'CAInjectorMerging=false');

/** The Service leads to this machine, which an API server can reach without a pod network; all else is as it is shipped. */
const PATCHES = [
  {
    target: { kind: 'Service', name: 'lws-webhook-service' },
    patch: '[{"op":"replace","path":"/spec","value":{"type":"ExternalName","externalName":"localhost"}}]',
  },
  ...(['Mutating', 'Validating'] as const).map((type) => ({
    target: { kind: `${type}WebhookConfiguration` },
    patch: JSON.stringify(
      Array.from({ length: type === 'Mutating' ? 2 : 1 }, (_, i) => ({
        op: 'add',
        path: `/webhooks/${i}/clientConfig/service/port`,
        value: servicePort,
      })),
    ),
  })),
];

const apply = (...components: string[]): Promise<string> => {
  const folder = writeKustomization(cluster, { components, patches: PATCHES });
  return cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-k', folder]);
};

/** The pods that the Service leads to, and their ports. */
const pods: Manager[] = [];
const ports: number[] = [];
t.teardown(await balanceConnections(servicePort, ports));

const certDir = join(cluster.directory, 'files');
/** Starts a pod of the installation as it is now, and has the Service lead to it once it is ready. */
const startPod = async (name: string, makesCertificates: boolean): Promise<Manager> => {
  const configuration = { internalCertManagement: { enable: makesCertificates } };
  // As in a pod: what drains has to wait until the endpoints have forgotten it.
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1' };
  const folder = name.startsWith('without files') ? join(cluster.directory, 'none') : certDir;
  const manager = await startManager(cluster, { name, configuration, env, installedWith: { certDir: folder } });
  pods.push(manager);
  ports.push(Number(new URL(manager.origin).port));
  return manager;
};

/** Ends all pods but this one, as a rollout does, after both have served for a moment. */
const leaveAlone = async (kept: Manager): Promise<void> => {
  await sleep(1_000);
  const others = pods.filter((pod) => pod !== kept);
  pods.splice(0, pods.length, kept);
  ports.splice(0, ports.length, Number(new URL(kept.origin).port));
  await Promise.all(others.map(({ stop }) => stop()));
};

const read = async (ref: typeof FILES): Promise<Record<string, string>> => (await client.get<Secret>(ref))?.data ?? {};
const decode = (base64 = ''): string => Buffer.from(base64, 'base64').toString().trim();

const tryCreate = () => {
  const body = leaderWorkerSet(namespace, 'x');
  return client.raw({ method: 'POST', path: resourcePath(LWS, namespace), query: { dryRun: 'All' }, body });
};

const isCut = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ECONNRESET'].includes(String(error.code));

/** Asks for admission all the time, over connections that exist and over new ones, and keeps what fails. */
const askAllTheTime = () => {
  const failures: string[] = [];
  const over = new AbortController();
  let stage = '';
  let requests = 0;
  let handshakes = 0;
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const began = stage;
      const { code, body } = await tryCreate();
      requests += 1;
      if (code !== 201) failures.push(`${began}: ${body}`);
    }
  };
  /** As an API server that is a little behind. */
  const connect = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const began = stage;
      const [ca = ''] = await readBundles(client);
      await sleep(100);
      const shaken = await Promise.allSettled(pods.map(({ origin }) => shakeHands(origin, ca)));
      handshakes += shaken.length;
      for (const one of shaken)
        if (one.status === 'rejected' && !isCut(one.reason)) failures.push(`${began}: ${String(one.reason)}`);
    }
  };
  const all = Promise.all([ask(), ask(), connect()]);
  return {
    enter: (next: string) => (stage = next),
    stop: async () => {
      over.abort();
      await all;
      return { failures, requests, handshakes };
    },
  };
};

const sees = (ca: string) => async (): Promise<boolean> =>
  (await readBundles(client)).every((bundle) => bundle.includes(ca));
const seesOnly = (ca: string) => async (): Promise<boolean> =>
  (await readBundles(client)).every((bundle) => bundle.trim() === ca);

/** Has cert-manager make a certificate anew, as `cmctl renew` does. */
const renew = async (ref: typeof AUTHORITY): Promise<void> => {
  const found = await client.get<Certificate>(ref);
  if (found === undefined) throw new Error(`no ${ref.metadata.name}`);
  const issuing = { type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'by hand' };
  const conditions = [
    ...(found.status?.conditions ?? []),
    { ...issuing, lastTransitionTime: new Date().toISOString() },
  ];
  await client.replace({ ...found, status: { ...found.status, conditions } }, 'status');
  const isNewer = async () =>
    ((await client.get<Certificate>(ref))?.status?.revision ?? 0) > (found.status?.revision ?? 0);
  await waitFor('renewed certificate', isNewer);
};

/** Waits for a Secret of cert-manager's that is not this one, and puts it where a kubelet would, which takes its time. */
const projectNext = async (before: Record<string, string>): Promise<Record<string, string>> => {
  const next = await waitFor('issued certificate', async () => {
    const data = await read(FILES);
    return decode(data['tls.crt']) !== '' && data['tls.crt'] !== before['tls.crt'] && data;
  });
  await sleep(1_500);
  projectSecret(certDir, next);
  return next;
};

const shown = async ({ origin }: Manager): Promise<string> => shakeHands(origin, (await readBundles(client))[0] ?? '');

const restartCertManager = async (): Promise<void> => {
  certManager.ref();
  const gone = once(certManager, 'exit');
  certManager.kill();
  await gone;
  certManager = startCertManager(cluster);
};

/** As on a cluster that has never had these certificates. */
const forgetCertificates = async (): Promise<void> => {
  const ofCertManager = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };
  for (const { metadata } of await client.list({ ...ofCertManager, namespace: 'lws-system' }))
    await client.delete({ ...ofCertManager, metadata });
  for (const name of ['lws-ca-cert', 'webhook-server-cert', 'metrics-server-cert'])
    await client.delete(secretRef(name));
};

void t.test(
  'cert-manager takes over a live installation, rotates, and hands it back, and no admission fails',
  async (t) => {
    await apply('self-managed');
    await startPod('without files, at first', true);
    const own = decode((await read(OWN))['ca.crt']);
    const load = askAllTheTime();

    load.enter('hand-over');
    await apply('self-managed', 'cert-manager-certificates');
    const issued = await projectNext({});
    const authority = decode(issued['ca.crt']);
    const between = await startPod('handing over', true);
    t.ok(await sees(own)(), 'its own authority stays trusted meanwhile');
    t.ok(await sees(authority)(), 'as is that of the files');
    t.equal(await shown(between), fingerprintOf(decode(issued['tls.crt'])), 'what is ready serves the files');
    await leaveAlone(between);

    load.enter('cert-manager');
    await apply('cert-manager');
    await waitFor('injected authority', seesOnly(authority));
    const pod = await startPod('with files', false);
    await leaveAlone(pod);

    load.enter('rotation');
    await client.delete(FILES);
    const rotated = await projectNext(issued);
    const serves = (data: Record<string, string>) => async () =>
      (await shown(pod)) === fingerprintOf(decode(data['tls.crt']));
    await waitFor('rotated certificate', serves(rotated));
    t.equal(decode(rotated['ca.crt']), authority, 'a rotation leaves the authority alone');

    load.enter('broken pair');
    projectSecret(certDir, { ...rotated, 'tls.key': issued['tls.key'] ?? '' });
    const scrape = await createMetricsReader(cluster);
    await waitFor('refused pair', async () =>
      /^certwatcher_read_certificate_errors_total [1-9]/m.test((await scrape(pod)).text),
    );
    t.ok(await serves(rotated)(), 'a broken pair is refused and counted, and the old one is served');

    load.enter('renewal of the authority');
    await renew(AUTHORITY);
    await client.delete(FILES);
    const renewed = await projectNext(rotated);
    t.not(decode(renewed['ca.crt']), authority, 'even the authority may be made anew');
    await waitFor('its injection', seesOnly(decode(renewed['ca.crt'])));
    await waitFor('its certificate', serves(renewed));

    load.enter('way back');
    await apply('self-managed');
    const last = await startPod('without files, at last', true);
    t.ok(await sees(decode(renewed['ca.crt']))(), 'what cert-manager has made stays trusted');
    await leaveAlone(last);
    t.equal(
      await shown(last),
      fingerprintOf(decode((await read(OWN))['tls.crt'])),
      'what the manager makes is served again',
    );

    load.enter('all at once');
    await forgetCertificates();
    await restartCertManager();
    await apply('cert-manager');
    const again = await projectNext({});
    t.ok(await sees(decode(again['ca.crt']))(), 'a newer injector adds the new authority');
    t.ok(await sees(decode((await read(OWN))['ca.crt']))(), 'to the one that is there');
    await leaveAlone(await startPod('with files at once', false));

    const { failures, requests, handshakes } = await load.stop();
    t.comment(`${requests} requests and ${handshakes} new connections`);
    t.strictSame(failures, []);
    t.ok(requests > 500 && handshakes > 100, 'there was something to lose');
  },
);

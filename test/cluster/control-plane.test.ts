import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { PodWithStatus } from './breaking/change-pod-status.ts';
import { deleteNow } from './breaking/delete-now.ts';
import { evict } from './breaking/evict.ts';
import { failContainer } from './breaking/fail-container.ts';
import { failPod } from './breaking/fail-pod.ts';
import { podRef } from './breaking/pod-ref.ts';
import { setPodReady } from './breaking/set-pod-ready.ts';
import { vanishNode } from './breaking/vanish-node.ts';
import { hasCondition } from './has-condition.ts';
import { HOLD, releasePod } from './release-pod.ts';
import { startControlPlane } from './start-control-plane.ts';
import { waitFor } from './wait-for.ts';

const cluster = await startControlPlane({
  audit: true,
  nodes: { racks: 2, nodesPerRack: 2, rackLabel: 'example.com/rack', labels: { pool: 'a' } },
  featureGates: { MaxUnavailableStatefulSet: true },
});
const { client } = cluster;
t.teardown(() => cluster.stop());

const container = (name: string, more: object = {}) => ({ name, image: 'example.com/none', ...more });

const statefulSet = (namespace: string, name: string, annotations = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { namespace, name },
  spec: {
    replicas: 1,
    podManagementPolicy: 'Parallel',
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: {
        terminationGracePeriodSeconds: 1,
        initContainers: [container('prepare'), container('sidecar', { restartPolicy: 'Always' })],
        containers: [container('main'), container('second', { resources: { limits: { 'nvidia.com/gpu': '1' } } })],
      },
    },
  },
});

const getPod = (namespace: string, name: string) => client.get<PodWithStatus>(podRef({ namespace, name }));

const readyPod = (namespace: string, name: string, previous?: string) =>
  waitFor(`ready pod ${name}`, async () => {
    const pod = await getPod(namespace, name);
    return pod && hasCondition(pod, 'Ready') && pod.metadata.uid !== previous && pod;
  });

const restartCounts = ({ status }: PodWithStatus) =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map((one) => [
    one.name,
    one.restartCount,
  ]);

async function startPods(name: string, annotations = {}) {
  const namespace = await cluster.createNamespace(name);
  await client.create(statefulSet(namespace, name, annotations));
  return { namespace, pod: { namespace, name: `${name}-0` } };
}

void t.test('gives the nodes the labels, devices and racks that were asked for', async (t) => {
  const nodes = await client.list<{ metadata: { name: string; labels: Record<string, string> }; status: object }>({
    apiVersion: 'v1',
    kind: 'Node',
  });
  t.strictSame(
    nodes.map(({ metadata: { name, labels } }) => [name, labels['example.com/rack'], labels['pool']]),
    [0, 1, 2, 3].map((index) => [`node-${index}`, `rack-${index < 2 ? 0 : 1}`, 'a']),
  );
  const capacity = { cpu: '64', memory: '512Gi', pods: '110', 'nvidia.com/gpu': '8' };
  for (const { status } of nodes) t.match(status, { capacity, allocatable: capacity });
});

void t.test('runs the pods of a StatefulSet and lets containers fail, lose readiness and be evicted', async (t) => {
  const { namespace, pod } = await startPods('breaks');
  const started = await readyPod(namespace, pod.name);
  t.strictSame(restartCounts(started), [
    ['prepare', 0],
    ['sidecar', 0],
    ['main', 0],
    ['second', 0],
  ]);

  await failContainer(client, pod);
  await failContainer(client, pod, { container: 'second' });
  await failContainer(client, pod, { container: 'sidecar', init: true });
  const failed = await failContainer(client, pod, { init: true });
  t.strictSame(restartCounts(failed), [
    ['prepare', 1],
    ['sidecar', 1],
    ['main', 1],
    ['second', 1],
  ]);

  t.equal(hasCondition(await setPodReady(client, pod, { ready: false }), 'Ready'), false);
  t.equal(hasCondition(await setPodReady(client, pod, { ready: true }), 'Ready'), true);

  await evict(client, pod);
  const afterEviction = await readyPod(namespace, pod.name, started.metadata.uid);
  await deleteNow(client, pod);
  const afterDeletion = await readyPod(namespace, pod.name, afterEviction.metadata.uid);
  await failPod(client, pod);
  await readyPod(namespace, pod.name, afterDeletion.metadata.uid);
});

void t.test('takes a node away with the pods that were on it', async (t) => {
  const { namespace, pod } = await startPods('vanishes');
  const before = await readyPod(namespace, pod.name);
  const node = (before['spec'] as { nodeName: string }).nodeName;
  const gone = await vanishNode(client, node);
  t.match(
    gone.filter((one) => one.namespace === namespace),
    [pod],
  );
  t.equal(await client.get({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } }), undefined);
  const after = await readyPod(namespace, pod.name, before.metadata.uid);
  t.not((after['spec'] as { nodeName: string }).nodeName, node);
  t.strictSame(await cluster.addNodes({ racks: 1, nodesPerRack: 1, prefix: 'new-' }), ['new-node-0']);
});

void t.test('holds a pod back until it is released, and a deleted one until its finalizers are gone', async (t) => {
  const { namespace, pod } = await startPods('holds', { [HOLD]: '' });
  await waitFor('scheduled pod', async () => hasCondition(await getPod(namespace, pod.name), 'PodScheduled'));
  t.equal((await getPod(namespace, pod.name))?.status.phase, 'Pending');
  await client.patch(podRef(pod), { metadata: { finalizers: ['example.com/keep'] } });
  await releasePod(client, pod);
  const { metadata } = await readyPod(namespace, pod.name);
  await client.delete(podRef(pod));
  const kept = await waitFor('terminating pod', async () => {
    const found = await getPod(namespace, pod.name);
    return found?.metadata.deletionTimestamp !== undefined && found;
  });
  t.strictSame([kept.metadata.uid, kept.metadata.finalizers], [metadata.uid, ['example.com/keep']]);
  await client.patch(podRef(pod), { metadata: { finalizers: null } });
  await waitFor('end of the pod', async () => (await getPod(namespace, pod.name))?.metadata.uid !== metadata.uid);
});

void t.test('lets a service account in with its own token and what RBAC allows it', async (t) => {
  const namespace = await cluster.createNamespace('account');
  await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'worker' } });
  const path = await cluster.kubeconfigForServiceAccount(namespace, 'worker');
  t.match(await cluster.kubectl(['--kubeconfig', path, 'auth', 'whoami']), `system:serviceaccount:${namespace}:worker`);
  await t.rejects(cluster.kubectl(['--kubeconfig', path, 'get', 'nodes']), { message: /Forbidden/ });
});

void t.test('records who wrote what, but not what the control plane does by itself', async (t) => {
  const namespace = await cluster.createNamespace('audited');
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'seen' }, data: { a: 'b' } };
  await client.apply(configMap);
  await t.rejects(client.create(configMap), { name: 'ApiRefusal', code: 409, reason: 'AlreadyExists' });
  const events = cluster.auditEvents();
  t.strictSame(
    events
      .filter(({ objectRef }) => objectRef?.name === 'seen')
      .map((event) => [event.verb, event.responseStatus?.code]),
    [
      ['patch', 201],
      ['create', 409],
    ],
  );
  t.match(events.find(({ objectRef }) => objectRef?.name === 'seen')?.requestObject, { data: { a: 'b' } });
  t.strictSame(
    events.filter(({ user }) => user.username === 'kwok'),
    [],
  );
});

void t.test('survives a restart of the API server', async (t) => {
  const { namespace, pod } = await startPods('restarts');
  const { metadata } = await readyPod(namespace, pod.name);
  await cluster.apiServer.stop();
  await t.rejects(client.get(podRef(pod)), { code: 'ECONNREFUSED' });
  await cluster.apiServer.start();
  await deleteNow(client, pod);
  await readyPod(namespace, pod.name, metadata.uid);
});

void t.test('says which component could not start, and what it wrote last', async (t) => {
  await t.rejects(startControlPlane({ apiServerFlags: ['--no-such-flag'] }), {
    message: /kube-apiserver ended \(1\); the end of its log:[^]*unknown flag: --no-such-flag/,
  });
});

const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

void t.test('leaves no process and no file behind when its process is killed', async (t) => {
  const fixture = fileURLToPath(new URL('fixtures/start-and-wait.ts', import.meta.url));
  const owner = spawn(process.execPath, [fixture], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { value } = (await createInterface(owner.stdout)[Symbol.asyncIterator]().next()) as { value: string };
  const { directory, pids } = JSON.parse(value) as { directory: string; pids: number[] };
  t.strictSame([pids.length >= 5, pids.every(exists), existsSync(directory)], [true, true, true]);
  owner.kill('SIGKILL');
  await waitFor('end of everything', () => !existsSync(directory));
  t.strictSame(pids.filter(exists), []);
});

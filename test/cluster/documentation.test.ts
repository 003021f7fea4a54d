import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { COMMANDS } from '../docs/commands.ts';
import { messagePattern } from '../docs/message-pattern.ts';
import { fencesOf, readPages } from '../docs/pages.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { leaderWorkerSet, waitUntilAvailable } from './lws-fixtures.ts';
import { createPki } from './pki.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EVENT = { apiVersion: 'events.k8s.io/v1', kind: 'Event' };
const MUTATING = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'lws-mutating-webhook-configuration' },
};

const cluster = await startControlPlane({ nodes: { racks: 1, nodesPerRack: 2 }, crds: leaderWorkerSetCRD() });
t.teardown(() => cluster.stop());
const manager = await startManager(cluster, { configuration: { leaderElection: { leaderElect: true } } });
const { client } = cluster;
await client.create(leaderWorkerSet('default', 'llm', { replicas: 1, size: 2 }));
await waitUntilAvailable(client, 'default', 'llm');

const run = (command: string) =>
  spawnSync('sh', ['-c', command.replaceAll('NAME', 'llm')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      HOME: cluster.directory,
      KUBECONFIG: cluster.adminKubeconfig,
      PATH: [cluster.programs, process.env['PATH']].join(delimiter),
    },
  });

const commands = COMMANDS.flatMap((entry) =>
  'run' in entry && entry.run === 'on a cluster' ? [{ name: entry.command, text: entry.as ?? entry.command }] : [],
);
const installation = commands.findIndex(({ name }) => name.includes(' apply '));

for (const { name, text } of commands.slice(0, installation))
  void t.test(`with a set: ${name}`, (t) => {
    const { status, stderr } = run(text);
    t.equal(status, 0, stderr);
    t.end();
  });

void t.test("the example of a kustomization of one's own can be built", (t) => {
  const folder = join(cluster.directory, 'kustomization');
  mkdirSync(folder);
  symlinkSync(ROOT, join(folder, 'lws'));
  const example = readPages()
    .filter(({ path }) => path === 'deploy/kustomize/README.md')
    .flatMap(fencesOf)
    .find(({ language }) => language === 'yaml');
  writeFileSync(join(folder, 'kustomization.yaml'), example?.text ?? '');
  const { stdout, stderr } = run(`kubectl kustomize ${folder}`);
  for (const text of [
    'registry.example.com/lws:v1.0.0',
    'system-cluster-critical',
    'kind: Certificate',
    'ServiceMonitor',
  ])
    t.ok(stdout.includes(text), `${text}\n${stderr}`);
  t.end();
});

/** What the API server says, as the troubleshooting page quotes it. Here webhooks are reached by URL, and kubectl reads from its standard input. */
const quoted = readPages()
  .filter(({ path }) => path === 'docs/troubleshooting.md')
  .flatMap(fencesOf)
  .filter(({ language }) => language === 'kubernetes')
  .flatMap(({ text }) => text.trim().split('\n'))
  .map((line) => ({
    line,
    pattern: messagePattern(
      line.replace('lws-webhook-service.lws-system.svc:443', '<address>').replace('"lws.yaml"', '"<file>"'),
    ),
  }));
const seen = new Set<string>();

const note = (message: string): void => {
  for (const { line, pattern } of quoted) if (pattern.test(message)) seen.add(line);
};
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const createSet = (name: string): Promise<unknown> =>
  client.create(leaderWorkerSet('default', name)).catch((error: unknown) => note(textOf(error)));
const applySet = (change: (text: string) => string): Promise<unknown> =>
  cluster
    .kubectl(['create', '-f', '-'], change(JSON.stringify(leaderWorkerSet('default', 'other'))))
    .catch((error: unknown) => note(textOf(error)));

void t.test('refusals read as the page has them', async () => {
  await applySet((text) => text.replace('"other"', '"2nd"'));
  await applySet((text) => text.replace('"spec":{', '"spec":{"startupPolicy":"Whenever",'));
  await applySet((text) => text.replace('"spec":{', '"spec":{"replica":2,'));
});

void t.test('a pod whose name is too long is refused as the page has it', async () => {
  const name = 'l'.repeat(50);
  const set = await client.create(leaderWorkerSet('default', name, { replicas: 10, size: 2 }));
  await client.patch(set, { spec: { replicas: 11 } }, { subresource: 'scale' });
  await waitFor('the event of the StatefulSet', async () => {
    const events = await client.list<KubeObject & { note?: string }>({ ...EVENT, namespace: 'default' });
    for (const event of events) note(event.note ?? '');
    return [...seen].some((line) => line.startsWith('Create Pod'));
  });
  await client.delete(set);
});

void t.test('an unknown authority reads as the page has it', async () => {
  const { ca } = await createPki(join(cluster.directory, 'other-authority'));
  const caBundle = Buffer.from(ca).toString('base64');
  const configuration = await client.get<KubeObject & { webhooks: { clientConfig: object }[] }>(MUTATING);
  const webhooks = configuration?.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle },
  }));
  await client.patch(MUTATING, { webhooks });
  await waitFor('the API server to take that over', async () => {
    await createSet('next');
    return [...seen].some((line) => line.includes('unknown authority'));
  });
});

void t.test('a manager that is gone reads as the page has it', async (t) => {
  t.equal(await manager.stop(), 0);
  await createSet('last');
});

/** These need a Service that leads somewhere, which takes a network of pods. */
const NOT_SEEN = [/no endpoints available/, /context deadline exceeded/, /certificate is valid for/];

void t.test('every message that is quoted has been seen', (t) => {
  const unseen = quoted.map(({ line }) => line).filter((line) => !seen.has(line));
  t.same(
    unseen.filter((line) => !NOT_SEEN.some((pattern) => pattern.test(line))),
    [],
  );
  t.end();
});

for (const { name, text } of commands.slice(installation))
  void t.test(`an installation: ${name}`, (t) => {
    const { status, stderr } = run(text);
    t.equal(status, 0, stderr);
    t.end();
  });

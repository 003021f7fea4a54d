import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { LWS, leaderWorkerSet } from './lws-fixtures.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const TOPOLOGY = 'leaderworkerset.sigs.k8s.io/exclusive-topology';
const SMALL = {
  name: 'small-sandboxes',
  match: { namespaces: ['sandbox-*'] },
  enforcement: 'deny',
  message: 'sandboxes are for trying things out',
  schema: { properties: { derived: { properties: { pods: { maximum: 64 } } } } },
};
const OWNED = { name: 'owned', enforcement: 'warn', schema: { properties: { labels: { required: ['team'] } } } };
const RACKS = { name: 'racks', enforcement: 'deny', schema: { properties: { annotations: { required: [TOPOLOGY] } } } };

const cluster = await startControlPlane({ crds: leaderWorkerSetCRD(), nodes: false });
t.teardown(() => cluster.stop());
const policyFile = join(cluster.directory, 'policies.json');
const writePolicies = (...policies: object[]): void => writeFileSync(policyFile, JSON.stringify({ policies }));
writePolicies(SMALL);
const manager = await startManager(cluster, { configuration: { policies: [OWNED], policyFiles: [policyFile] } });
const namespace = await cluster.createNamespace('sandbox');

const x = { ...LWS, metadata: { namespace, name: 'x' } };
const { client } = cluster;
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const kubectlCreate = (options: object, ...args: string[]): Promise<string> =>
  cluster
    .kubectl(['create', '-f', '-', ...args], JSON.stringify(leaderWorkerSet(namespace, 'x', options)))
    .catch(textOf);
const create = (name: string, options = {}): Promise<unknown> =>
  client.create(leaderWorkerSet(namespace, name, options)).catch(textOf);

const REFUSED =
  'admission webhook "vleaderworkerset.kb.io" denied the request: policy small-sandboxes: derived.pods: found 68, must be at most 64 (sandboxes are for trying things out)';

void t.test('kubectl shows what a policy denies, and what it warns of', async (t) => {
  t.ok((await kubectlCreate({ replicas: 17, size: 4 })).includes(REFUSED));
  t.match(
    await kubectlCreate({}, '--warnings-as-errors'),
    'Warning: policy owned: metadata.labels.team: found nothing, must be set',
  );
  t.match(await client.get(x), { spec: { replicas: 2 } }, 'a warning admits');
});

void t.test('a policy that came later blocks neither labels nor deletion, but nothing gets worse', async (t) => {
  writePolicies(SMALL, RACKS);
  let probes = 0;
  await waitFor('the new policy', async () =>
    String(await create(`probe-${(probes += 1)}`)).includes('policy racks: '),
  );
  await client.patch(x, { metadata: { labels: { team: 'a' } } });
  await client.patch(x, { metadata: { annotations: { [TOPOLOGY]: 'rack' } } });
  const removal = client.patch(x, { metadata: { annotations: { [TOPOLOGY]: null } } });
  await t.rejects(removal, {
    message: /denied the request: policy racks: metadata\.annotations\[.*\]: found nothing, must be set$/,
  });
  await client.patch(x, { spec: { replicas: 40 } }, { subresource: 'scale' });
  t.pass('the scale subresource is not reviewed');
  await client.patch(x, { metadata: { labels: { more: 'b' } } });
  await client.delete(x);
});

void t.test('broken policies are not taken, and the log says why', async (t) => {
  writePolicies({ ...SMALL, schema: { maximum: 'many' } });
  const isRefused = (): Promise<boolean> =>
    Promise.resolve(
      readFileSync(manager.log, 'utf8').includes('policy small-sandboxes: schema.maximum: must be number'),
    );
  await waitFor('the refusal of the broken policies', isRefused);
  t.match(await create('y', { replicas: 17, size: 4 }), 'policy small-sandboxes: ', 'those from before stay in force');
});

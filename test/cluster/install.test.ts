import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseAllDocuments, stringify } from 'yaml';
import { servedBy } from './install-crds.ts';
import type { KubeObject, ObjectRef } from './kube-object.ts';
import { LWS, leaderWorkerSet } from './lws-fixtures.ts';
import { startControlPlane } from './start-control-plane.ts';
import { waitFor } from './wait-for.ts';

type Webhook = { name: string; rules: object[] };
type Configuration = KubeObject & { webhooks: Webhook[] };
type Container = { image?: string; command?: string[]; volumeMounts: { name: string }[] };
type Deployment = KubeObject & {
  spec: { replicas: number; template: { spec: { containers: Container[]; volumes: { name: string }[] } } };
  status?: { updatedReplicas?: number; readyReplicas?: number; replicas?: number };
};

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const DEFAULT = join(DEPLOY, 'kustomize/default');
const SERVER_SIDE = ['apply', '--server-side', '--force-conflicts'];

const cluster = await startControlPlane();
t.teardown(() => cluster.stop());
const { client } = cluster;

const parseAll = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubeObject);

const ours = parseAll(await cluster.kubectl(['kustomize', DEFAULT]));

/** Upstream's second API, as much of it as the API server needs to know. */
const DISAGGREGATED_SETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'disaggregatedsets.disaggregatedset.x-k8s.io' },
  spec: {
    group: 'disaggregatedset.x-k8s.io',
    names: { kind: 'DisaggregatedSet', listKind: 'DisaggregatedSetList', plural: 'disaggregatedsets' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const ofAllPods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] };
const ofDisaggregatedSets = {
  ...ofAllPods,
  apiGroups: ['disaggregatedset.x-k8s.io'],
  resources: ['disaggregatedsets'],
};

/** Nobody answers them, as no node runs the manager's image: what they say is not waited for. */
const withoutAnswer = (configuration: Configuration): Configuration => {
  const { webhooks } = configuration;
  const [first] = webhooks;
  const more =
    first === undefined || configuration.kind !== 'ValidatingWebhookConfiguration'
      ? []
      : [
          { ...first, name: 'vpod.kb.io', rules: [ofAllPods] },
          { ...first, name: 'vdisaggregatedset.kb.io', rules: [ofDisaggregatedSets] },
        ];
  return {
    ...configuration,
    webhooks: [...webhooks, ...more].map((webhook) => ({ ...webhook, failurePolicy: 'Ignore', timeoutSeconds: 1 })),
  };
};

const withCertificateVolume = ({ spec, ...deployment }: Deployment): KubeObject => {
  const pod = spec.template.spec;
  const containers = pod.containers.map((container) => ({
    ...container,
    image: 'upstream',
    volumeMounts: [...container.volumeMounts, { name: 'cert', mountPath: '/tmp/k8s-webhook-server/serving-certs' }],
  }));
  const volumes = [...pod.volumes, { name: 'cert', secret: { secretName: 'lws-webhook-server-cert' } }];
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: { ...pod, containers, volumes } } } };
};

/** An object as upstream installs it, where that differs in a way that could stay behind. */
const ofUpstream = (object: KubeObject): KubeObject => {
  if (object.kind.endsWith('WebhookConfiguration')) return withoutAnswer(object as Configuration);
  if (object.kind === 'Deployment') return withCertificateVolume(object as Deployment);
  if (object.metadata.name !== 'lws-manager-role') return object;
  return { ...object, rules: [{ apiGroups: [''], resources: ['nodes', 'secrets'], verbs: ['get', 'list', 'update'] }] };
};

const webhookNames = async (type: 'Mutating' | 'Validating'): Promise<string[]> => {
  const found = await client.get<Configuration>({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${type}WebhookConfiguration`,
    metadata: { name: `lws-${type.toLowerCase()}-webhook-configuration` },
  });
  return (found?.webhooks ?? []).map(({ name }) => name);
};

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'lws-system', name: 'lws-controller-manager' },
};

/** Resolves to the Deployment once all of its pods are new and ready. */
const rolledOut = (image: string): Promise<Deployment> =>
  waitFor(`rollout of ${image}`, async () => {
    const found = await client.get<Deployment>(DEPLOYMENT);
    const { updatedReplicas, readyReplicas, replicas } = found?.status ?? {};
    const isDone = [updatedReplicas, readyReplicas, replicas].every((count) => count === found?.spec.replicas);
    return isDone && found?.spec.template.spec.containers[0]?.image === image && found;
  });

const uidOf = async (ref: ObjectRef): Promise<string | undefined> => (await client.get(ref))?.metadata.uid;

void t.test('an installation over upstream replaces it', async (t) => {
  const namespace = await cluster.createNamespace('used');
  const upstream = [...ours.map(ofUpstream), DISAGGREGATED_SETS].map((object) => stringify(object)).join('---\n');
  await cluster.kubectl([...SERVER_SIDE, '-f', '-'], upstream);
  await rolledOut('upstream');
  t.strictSame(await webhookNames('Validating'), ['vleaderworkerset.kb.io', 'vpod.kb.io', 'vdisaggregatedset.kb.io']);

  const set = { ...LWS, metadata: { namespace, name: 'x' } };
  const disaggregatedSet = {
    apiVersion: 'disaggregatedset.x-k8s.io/v1',
    kind: 'DisaggregatedSet',
    metadata: set.metadata,
  };
  await client.create(leaderWorkerSet(namespace, 'x'));
  await waitFor('served DisaggregatedSets', () => client.list(servedBy(DISAGGREGATED_SETS)));
  await client.create(disaggregatedSet);
  const kept = [set, disaggregatedSet, DISAGGREGATED_SETS, ...ours];
  const before = await Promise.all(kept.map(uidOf));

  await cluster.kubectl([...SERVER_SIDE, '-k', DEFAULT]);
  const { spec } = await rolledOut('lws:latest');
  const pod = spec.template.spec;
  t.strictSame(
    [
      pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)),
      pod.volumes.map(({ name }) => name),
    ],
    [['manager-config'], ['manager-config']],
    'the certificate is no longer mounted',
  );
  t.strictSame(
    await webhookNames('Validating'),
    ['vleaderworkerset.kb.io'],
    'its webhooks for pods and DisaggregatedSets are gone',
  );
  t.strictSame(await webhookNames('Mutating'), ['mleaderworkerset.kb.io', 'mpod.kb.io']);
  const role = ours.find(({ metadata }) => metadata.name === 'lws-manager-role');
  t.strictSame(
    role && (await client.get<KubeObject & { rules: object[] }>(role))?.rules,
    role?.['rules'],
    'and its rights',
  );
  t.strictSame(await Promise.all(kept.map(uidOf)), before, 'everything else is the same object, DisaggregatedSets too');
});

void t.test('the API server knows every field of what Helm installs', async (t) => {
  const rendered = parseAll(readFileSync(join(DEPLOY, 'helm/rendered/self-managed.yaml'), 'utf8'))
    // Its schema is left out there.
    .filter(({ kind }) => kind !== 'CustomResourceDefinition');
  const text = rendered.map((object) => stringify(object)).join('---\n');
  const told = await cluster.kubectl([...SERVER_SIDE, '--dry-run=server', '--validate=strict', '-f', '-'], text);
  t.equal(told.match(/serverside-applied/g)?.length, rendered.length);
});

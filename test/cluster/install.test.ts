import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { hasCondition } from './has-condition.ts';
import { servedBy } from './install-crds.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { installTools } from './install-tools.ts';
import type { KubeObject, ObjectRef } from './kube-object.ts';
import { writeKustomization } from './kustomize.ts';
import { LWS, leaderWorkerSet } from './lws-fixtures.ts';
import { runHelm } from './run-helm.ts';
import { startCertManager } from './start-cert-manager.ts';
import { startControlPlane } from './start-control-plane.ts';
import { waitFor } from './wait-for.ts';
import { readBundles } from './webhook-trust.ts';

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

const cluster = await startControlPlane({ crds: installTools().certManagerCRDs });
t.teardown(() => cluster.stop());
startCertManager(cluster);
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

const [CRD] = leaderWorkerSetCRD() as [KubeObject];
const CHART = join(DEPLOY, 'helm/lws');
const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lws-system' } };
/** What kubectl has installed becomes part of the release. */
const TAKE_OVER = ['--take-ownership', '--force-conflicts'];
const helm = (...args: string[]): Promise<string> => runHelm(cluster, args);

/** Creates a set while there are no webhooks: later nobody would answer them, as no node runs the manager's image. */
const createKeptSet = async (): Promise<KubeObject> =>
  client.create(leaderWorkerSet(await cluster.createNamespace('kept'), 'x'));

const isFromCertManager = async (): Promise<boolean> => {
  const certificates = await client.list({ ...CERTIFICATE, namespace: 'lws-system' });
  const bundles = await readBundles(client);
  return certificates.length === 3 && certificates.every((one) => hasCondition(one, 'Ready')) && bundles.every(Boolean);
};

const areGone = (objects: readonly ObjectRef[]) => async (): Promise<boolean> =>
  (await Promise.all(objects.map(uidOf))).every((uid) => uid === undefined);

void t.test('kustomize installs with cert-manager as well, and what uninstalls it keeps the sets', async (t) => {
  const kustomization = writeKustomization(cluster, {
    components: ['policies', 'cert-manager'],
    patches: [
      {
        target: { kind: 'Deployment' },
        patch: '[{"op":"add","path":"/spec/template/spec/priorityClassName","value":"system-cluster-critical"}]',
      },
    ],
  });
  await cluster.kubectl([...SERVER_SIDE, '-k', kustomization]);
  const deployment = await waitFor('change', async () => {
    const found = await rolledOut('lws:latest');
    return found.spec.template.spec.volumes.length === 4 && found;
  });
  t.equal(
    (deployment.spec.template.spec as { priorityClassName?: string }).priorityClassName,
    'system-cluster-critical',
    'with what is patched',
  );
  await waitFor('certificates', isFromCertManager);

  const sets = await client.list(LWS);
  await cluster.kubectl(['delete', 'namespace', 'lws-system']);
  const ofCluster = [
    'mutatingwebhookconfiguration',
    'validatingwebhookconfiguration',
    'clusterrole',
    'clusterrolebinding',
  ];
  await cluster.kubectl(['delete', ofCluster.join(), '--selector', 'app.kubernetes.io/name=lws']);
  await waitFor('end', areGone(ours.filter(({ kind }) => kind !== 'CustomResourceDefinition')));
  t.strictSame(
    (await client.list(LWS)).map(({ metadata }) => metadata.uid),
    sets.map(({ metadata }) => metadata.uid),
    'sets are the same as before',
  );
  t.ok(sets.length > 0, 'and there are some');
});

type Schema = { properties?: Record<string, Schema> };
type Definition = KubeObject & { spec: { versions: { schema: { openAPIV3Schema: Schema } }[] } };

const specOf = ({ spec }: Definition): Schema['properties'] =>
  spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec']?.properties;

/** The chart as it was before the API had got one of its fields. */
const writeOldChart = (): string => {
  const chart = join(cluster.directory, 'old-chart');
  cpSync(CHART, chart, { recursive: true });
  const file = join(chart, 'files/leaderworkersets.yaml');
  const crd = parse(readFileSync(file, 'utf8')) as Definition;
  delete specOf(crd)?.['networkConfig'];
  // It was a link to the one that is shipped.
  rmSync(file);
  writeFileSync(file, stringify(crd));
  return chart;
};

const hasNetworkConfig = async (): Promise<boolean> => {
  const found = await client.get<Definition>(CRD);
  return found !== undefined && specOf(found)?.['networkConfig'] !== undefined;
};

void t.test('Helm installs, upgrades the CRD too, and an uninstall keeps it with the sets', async (t) => {
  const inNamespace = ['--namespace', 'lws-system', '--wait', '--timeout', '60s'];
  t.match(await helm('lint', CHART), '0 chart(s) failed', 'the chart is well-formed');
  const mistakes = [
    ['image.manager.tga=x', /at '\/image\/manager': additional properties 'tga' not allowed/],
    ['replicaCount=two', /at '\/replicaCount': got string, want integer/],
  ] as const;
  for (const [mistake, told] of mistakes)
    await t.rejects(helm('template', 'lws', CHART, '--set', mistake), told, 'a mistake is told with its place');
  const set = await createKeptSet();

  await helm('install', 'lws', writeOldChart(), ...inNamespace, '--create-namespace', ...TAKE_OVER);
  t.notOk(await hasNetworkConfig(), 'an older chart');
  const [first] = await client.list<Deployment>({ ...DEPLOYMENT, namespace: 'lws-system' });
  t.match(first?.status, { readyReplicas: 2 }, 'is ready when it says so');

  await helm('upgrade', 'lws', CHART, ...inNamespace, '--set', 'enableCertManager=true');
  t.ok(await hasNetworkConfig(), 'an upgrade changes the CRD');
  await waitFor('certificates', isFromCertManager);
  await helm('uninstall', 'lws', ...inNamespace);
  const installed = ours.filter(({ kind }) => !['CustomResourceDefinition', 'Namespace'].includes(kind));
  await waitFor('end', areGone(installed));

  // The CRD still belongs to the release of this name.
  await helm('install', 'lws', CHART, ...inNamespace);
  await helm('upgrade', 'lws', CHART, ...inNamespace, '--set', 'replicaCount=3');
  t.match(await client.get<Deployment>(DEPLOYMENT), { status: { readyReplicas: 3 } }, 'a value takes effect');
  await helm('uninstall', 'lws', ...inNamespace);
  t.ok(await areGone(installed)(), 'an uninstall leaves none of its objects');
  t.equal(await uidOf(set), set.metadata.uid, 'but the CRD, and the sets');
  t.ok(await uidOf(NAMESPACE), 'and the namespace');
});

import { request } from 'node:https';
import t from 'tap';
import { parse } from 'yaml';
import { balanceConnections } from './balance-connections.ts';
import { failContainer } from './breaking/fail-container.ts';
import { freePorts } from './free-ports.ts';
import { leaderWorkerSetCRD, readDeploy, registerWebhookService } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LABEL, LWS, REVISION, STATEFUL_SET, leaderWorkerSet, leftovers, waitUntilAvailable } from './lws-fixtures.ts';
import { podGroupCRD } from './pod-group-crd.ts';
import type { AuditEvent } from './read-audit-events.ts';
import { requestToken } from './request-token.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { MANAGER_USER } from './start-reconciler.ts';
import { waitFor } from './wait-for.ts';

type Rule = { apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; verbs: string[] };
type Role = KubeObject & { rules: Rule[] };
type Audited = AuditEvent & { annotations?: Record<string, string> };

const EVENT = { apiVersion: 'events.k8s.io/v1', kind: 'Event' };
const NAMESPACE = 'lws-system';
const BASE = 'kustomize/base';
const SELF_MANAGED = 'kustomize/components/self-managed';

/** What the admission plugin OwnerReferencesPermissionEnforcement asks for beside the right to a call. */
const BESIDE_CALLS: readonly { readonly right: string; readonly because: string }[] = [
  {
    right: 'update leaderworkerset.x-k8s.io/leaderworkersets/finalizers',
    because: 'its dependents block its deletion',
  },
  { right: 'update /pods/finalizers', because: "a leader's dependents block its deletion" },
];

const volcanoRule = (): Rule => {
  const [component] = readDeploy('kustomize/components/volcano/kustomization.yaml') as unknown as {
    patches: { patch: string }[];
  }[];
  const [operation] = parse(component?.patches[0]?.patch ?? '') as { value: Rule }[];
  if (operation === undefined) throw new Error('the component volcano adds no rule');
  return operation.value;
};

const grants = ({ apiGroups = [], resources = [], resourceNames, verbs }: Rule): string[] =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => (resourceNames ?? ['']).map((name) => `${verb} ${group}/${resource} ${name}`.trimEnd())),
    ),
  );

const roles = [BASE, SELF_MANAGED]
  .flatMap((folder) => ['cluster-role.yaml', 'role.yaml'].flatMap((file) => readDeploy(`${folder}/${file}`)))
  // Of others who read metrics; the manager has no part in it.
  .filter(({ metadata }) => metadata.name !== 'lws-metrics-reader') as Role[];
const rules = [...roles.flatMap((role) => role.rules), volcanoRule()];
const granted = rules.flatMap(grants);
const namesOf = (resource: string): string[] =>
  rules.filter(({ resources }) => resources?.includes(resource)).flatMap(({ resourceNames }) => resourceNames ?? []);

/** A call in the words of a rule. */
const rightOf = ({ verb, objectRef = { resource: '' } }: AuditEvent): string => {
  const { apiGroup = '', resource, subresource, name = '' } = objectRef;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${apiGroup}/${what} ${namesOf(what).includes(name) ? name : ''}`.trimEnd();
};

const cluster = await startControlPlane({
  audit: { users: [MANAGER_USER], bodies: false },
  apiServerFlags: [
    // Where the API server does not stream lists, as before Kubernetes 1.34, they are asked for.
    '--feature-gates=WatchList=false',
    // As on OpenShift.
    '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
  ],
  crds: [...leaderWorkerSetCRD(), podGroupCRD()],
});
t.teardown(() => cluster.stop());
const { client } = cluster;
const [servicePort = 0] = await freePorts(1);
await registerWebhookService(client, servicePort);
const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'volcano' } };
await client.create({ ...rbac, kind: 'ClusterRole', rules: [volcanoRule()] });
await client.create({
  ...rbac,
  kind: 'ClusterRoleBinding',
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'volcano' },
  subjects: [{ kind: 'ServiceAccount', namespace: NAMESPACE, name: 'lws-controller-manager' }],
});
const manager = await startManager(cluster, {
  makesCertificates: true,
  configuration: {
    leaderElection: { leaderElect: true },
    gangSchedulingManagement: { schedulerProvider: 'volcano' },
  },
});
t.teardown(await balanceConnections(servicePort, [Number(new URL(manager.origin).port)]));

const available = (namespace: string) => waitUntilAvailable(client, namespace, 'x');

const create = async (prefix: string, options = {}): Promise<string> => {
  const namespace = await cluster.createNamespace(prefix);
  await client.create(leaderWorkerSet(namespace, 'x', options));
  await available(namespace);
  return namespace;
};

const change = async (namespace: string, spec: object): Promise<void> => {
  await client.patch({ ...LWS, metadata: { namespace, name: 'x' } }, { spec });
  await available(namespace);
};

const askForMetrics = async (): Promise<void> => {
  const authorization = `Bearer ${await requestToken(client, 'default', 'default')}`;
  const options = { headers: { authorization }, rejectUnauthorized: false };
  await new Promise((resolve, reject) => {
    request(`${manager.metricsOrigin}/metrics`, options, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end();
  });
};

const revisionsOf = async (namespace: string): Promise<number> =>
  (await client.list({ ...REVISION, namespace, labelSelector: `${LABEL}name=x,!controller.kubernetes.io/hash` }))
    .length;

const FEATURES: readonly (() => Promise<unknown>)[] = [
  askForMetrics,
  // A rollout, scaling up and down, deletion.
  async () => {
    const namespace = await create('roll', { size: 2 });
    const containers = [{ name: 'worker', image: 'nginx:2' }];
    await change(namespace, { leaderWorkerTemplate: { workerTemplate: { spec: { containers } } } });
    await waitFor('one revision', async () => (await revisionsOf(namespace)) === 1);
    await change(namespace, { replicas: 3 });
    await change(namespace, { replicas: 1 });
    await client.delete({ ...LWS, metadata: { namespace, name: 'x' } }, { propagationPolicy: 'Foreground' });
    await waitFor(`empty ${namespace}`, async () => (await leftovers(client, namespace)).length === 0);
  },
  // A group starts over.
  async () => {
    const namespace = await create('restart', { size: 2 });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: 'x-1' } };
    const before = await client.get(pod);
    await failContainer(client, { namespace, name: 'x-1-1' });
    await waitFor('new leader', async () => (await client.get(pod))?.metadata.uid !== before?.metadata.uid);
    await available(namespace);
  },
  // Somebody deletes the workers of a group.
  async () => {
    const namespace = await create('workers', { replicas: 1, size: 2 });
    const statefulSet = { ...STATEFUL_SET, metadata: { namespace, name: 'x-0' } };
    const before = await client.get(statefulSet);
    await client.delete(statefulSet);
    await waitFor('new workers', async () => {
      const now = await client.get(statefulSet);
      return now !== undefined && now.metadata.uid !== before?.metadata.uid;
    });
  },
  // The same goes wrong again, and its event becomes a series.
  async () => {
    const namespace = await cluster.createNamespace('quota');
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name: 'x' } };
    await client.create({ ...quota, spec: { hard: { 'count/statefulsets.apps': '0' } } });
    await waitFor('quota in force', async () => {
      const found = await client.get<KubeObject & { status?: { hard?: object } }>(quota);
      return found?.status?.hard !== undefined;
    });
    await client.create(leaderWorkerSet(namespace, 'x'));
    await waitFor('series of events', async () => {
      const events = await client.list<KubeObject & { series?: object }>({ ...EVENT, namespace });
      return events.some(({ series }) => series !== undefined && series !== null);
    });
  },
  async () => create('exclusive', { size: 2, annotations: { [`${LABEL}exclusive-topology`]: 'rack' } }),
  async () => create('unique', { size: 2, spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } } }),
  async () => create('leader-ready', { size: 2, spec: { startupPolicy: 'LeaderReady' } }),
  async () => {
    const subGroupPolicy = { subGroupPolicyType: 'LeaderWorker', subGroupSize: 2 };
    await create('subgroups', { replicas: 1, size: 4, group: { subGroupPolicy } });
  },
];

const played = await Promise.allSettled(FEATURES.map((play) => play()));
await manager.stop();
const calls = (cluster.auditEvents() as Audited[]).filter(({ user }) => user.username === MANAGER_USER);

void t.test('every feature works', async (t) => {
  t.strictSame(
    played.filter(({ status }) => status === 'rejected'),
    [],
  );
});

void t.test('no call is refused for lack of a right', async (t) => {
  const isForbidden = ({ annotations }: Audited): boolean =>
    annotations?.['authorization.k8s.io/decision'] === 'forbid';
  t.strictSame([...new Set(calls.filter(isForbidden).map(rightOf))], []);
});

void t.test('every right is used', async (t) => {
  const used = new Set([...calls.map(rightOf), ...BESIDE_CALLS.map(({ right }) => right)]);
  t.strictSame(
    granted.filter((right) => !used.has(right)),
    [],
  );
  const ofCalls = new Set(calls.map(rightOf));
  t.strictSame(
    BESIDE_CALLS.filter(({ right }) => ofCalls.has(right) || !granted.includes(right)),
    [],
    'those beside the calls are granted, and are not calls',
  );
});

import { Ajv } from 'ajv';
import { readFileSync, readdirSync } from 'node:fs';
import t from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { readDefinitions } from '../../deploy/crds/definitions-file.ts';
import { embedDefinition } from '../../deploy/crds/embed-definition.ts';
import type { OpenAPISchema } from '../../deploy/crds/kubernetes-definitions.ts';
import { leaderWorkerSetSchema } from '../../deploy/crds/leader-worker-set-schema.ts';
import { reduceDefinitions } from '../../deploy/crds/reduce-definitions.ts';
import { renderCRD } from '../../deploy/crds/render-crd.ts';
import type { StructuralSchema } from '../../deploy/crds/structural-schema.ts';

type Rule = { apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; verbs: string[] };
type Webhook = {
  name: string;
  clientConfig: { service: { name: string; namespace: string; path: string } };
  rules: { apiGroups: string[]; apiVersions: string[]; operations: string[]; resources: string[] }[];
  objectSelector?: unknown;
  namespaceSelector?: unknown;
  failurePolicy?: string;
  timeoutSeconds?: number;
  sideEffects?: string;
};
type PodSpec = {
  serviceAccountName: string;
  containers: { ports: { containerPort: number }[] }[];
  volumes: { configMap?: { name: string }; secret?: { secretName: string } }[];
};
type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
  webhooks?: Webhook[];
  roleRef?: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace: string }[];
  data?: Record<string, string>;
};

const deploy = new URL('../../deploy/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, deploy), 'utf8');
const readManifests = (path: string): Manifest[] =>
  parseAllDocuments(read(path)).map((document) => document.toJS() as Manifest);
const yamlFiles = (folder: string): string[] =>
  readdirSync(new URL(folder, deploy)).filter((file) => file.endsWith('.yaml'));

const crdFile = 'crds/leaderworkerset.x-k8s.io_leaderworkersets.yaml';
const definitions = readDefinitions();
const schema = leaderWorkerSetSchema(definitions);

/** Follows field names, `[]` for the items of a list and `{}` for the values of a map. */
const nodeAt = (path: string): StructuralSchema | undefined =>
  path.split('.').reduce<StructuralSchema | undefined>((node, step) => {
    if (step === '[]') return node?.items;
    return step === '{}' ? node?.additionalProperties : node?.properties?.[step];
  }, schema);

const childrenOf = (node: StructuralSchema): StructuralSchema[] =>
  [...Object.values(node.properties ?? {}), node.items, node.additionalProperties].filter(
    (child) => child !== undefined,
  );

const descendantsOf = (node: StructuralSchema): StructuralSchema[] =>
  childrenOf(node).flatMap((child) => [child, ...descendantsOf(child)]);

void t.test('the CRD', async (t) => {
  t.equal(read(crdFile), renderCRD(definitions), 'equals the output of its generator');
  t.ok(
    JSON.stringify(parse(read(crdFile))).length < 200 * 1024,
    'is small enough for the annotation of a client-side apply, which holds 256 KiB',
  );
  t.equal(descendantsOf(schema).length + 1, 2629, 'has as many nodes as the CRD it replaces');

  const template = 'spec.leaderWorkerTemplate.workerTemplate';
  for (const path of [
    template,
    'spec.leaderWorkerTemplate.leaderTemplate',
    'spec.leaderWorkerTemplate.volumeClaimTemplates.[]',
  ]) {
    const described = descendantsOf(nodeAt(path)!).filter((node) => node.description !== undefined);
    t.strictSame(described, [], `has no descriptions inside ${path}`);
  }

  const container = `${template}.spec.containers.[]`;
  const nodes: { title: string; path: string; node: StructuralSchema }[] = [
    {
      title: 'a declared default is kept',
      path: `${container}.ports.[].protocol`,
      node: { type: 'string', default: 'TCP' },
    },
    {
      title: 'a declared default that is a zero value is kept',
      path: `${container}.env.[].valueFrom.configMapKeyRef.name`,
      node: { type: 'string', default: '' },
    },
    { title: 'a required field has no default', path: `${container}.env.[].name`, node: { type: 'string' } },
    {
      title: 'a default that is a constant in Go is left to the pod',
      path: `${template}.spec.volumes.[].azureDisk.cachingMode`,
      node: { type: 'string' },
    },
    {
      title: 'a port may be a number or a name',
      path: `${container}.readinessProbe.httpGet.port`,
      node: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    },
    {
      title: 'a reference that is inlined in Go is atomic',
      path: `${container}.envFrom.[].secretRef`,
      node: {
        type: 'object',
        properties: { name: { type: 'string', default: '' }, optional: { type: 'boolean' } },
        'x-kubernetes-map-type': 'atomic',
      },
    },
    {
      title: 'an embedded object has five fields of metadata',
      path: 'spec.leaderWorkerTemplate.volumeClaimTemplates.[].metadata',
      node: {
        type: 'object',
        properties: {
          annotations: { type: 'object', additionalProperties: { type: 'string' } },
          finalizers: { type: 'array', items: { type: 'string' } },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          name: { type: 'string' },
          namespace: { type: 'string' },
        },
      },
    },
    {
      title: 'the size has a default and no limits',
      path: 'spec.leaderWorkerTemplate.size',
      node: { description: 'Pods per group, the leader included.', type: 'integer', format: 'int32', default: 1 },
    },
  ];
  for (const { title, path, node } of nodes) t.strictSame(nodeAt(path), node, title);

  const quantity = new RegExp(nodeAt(`${container}.resources.limits.{}`)?.pattern ?? '');
  const quantities = ['1', '100m', '1.5', '.5', '2Gi', '1e3', '-1k', '', '1 Gi', '1KB', 'Gi'];
  t.strictSame(
    quantities.filter((text) => quantity.test(text)),
    ['1', '100m', '1.5', '.5', '2Gi', '1e3', '-1k'],
    'accepts quantities alone where a quantity is due',
  );
});

void t.test('the reduced Kubernetes definitions', async (t) => {
  const ref = (name: string): OpenAPISchema => ({ $ref: `#/components/schemas/${name}` });
  const unneeded = { description: 'a text', 'x-other': 1 };
  const described = (schema: OpenAPISchema): OpenAPISchema => ({ ...unneeded, ...schema });
  const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
  const all: Record<string, OpenAPISchema> = {
    'io.k8s.api.core.v1.PodTemplateSpec': described({
      type: 'object',
      required: ['spec'],
      properties: {
        spec: described({ default: {}, allOf: [ref('Spec')] }),
        description: described({ type: 'string' }),
      },
    }),
    'io.k8s.api.core.v1.PersistentVolumeClaim': { properties: { sizes: { items: ref(quantity), type: 'array' } } },
    Spec: described({ type: 'object', properties: { map: { additionalProperties: ref('Value') } } }),
    Value: described({ format: 'int32', type: 'integer', default: 0 }),
    Unreached: { type: 'object' },
  };
  t.strictSame(
    [...reduceDefinitions(all)],
    [
      ['Spec', { type: 'object', properties: { map: { additionalProperties: ref('Value') } } }],
      ['Value', { type: 'integer', format: 'int32', default: 0 }],
      ['io.k8s.api.core.v1.PersistentVolumeClaim', { properties: { sizes: { type: 'array', items: ref(quantity) } } }],
      [
        'io.k8s.api.core.v1.PodTemplateSpec',
        { type: 'object', required: ['spec'], properties: { description: { type: 'string' }, spec: ref('Spec') } },
      ],
    ],
    'are those that a template reaches, without what the CRD does not need',
  );
  t.throws(
    () => reduceDefinitions({}),
    new Error('the OpenAPI document does not define io.k8s.api.core.v1.PodTemplateSpec'),
    'cannot be made from a document of another API group',
  );
  t.throws(() => embedDefinition(new Map(), 'Gone'), new Error('no definition of Gone'), 'have to be complete');
});

const base = 'kustomize/base/';
const selfManaged = 'kustomize/components/self-managed/';
const withoutKustomization = (folder: string): string[] =>
  yamlFiles(folder).filter((file) => file !== 'kustomization.yaml');
const baseFiles = withoutKustomization(base);
const manifests = [base, selfManaged].flatMap((folder) =>
  withoutKustomization(folder).flatMap((file) => readManifests(folder + file)),
);
const named = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);

void t.test('the default installation', async (t) => {
  const { resources } = parse(read(`${base}kustomization.yaml`)) as { resources: string[] };
  t.strictSame(resources.toSorted(), ['../../crds', ...baseFiles], 'has every file of the base');
  t.strictSame(
    manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'} ${metadata.name}`).toSorted(),
    [
      'ClusterRole - lws-manager-role',
      'ClusterRole - lws-metrics-reader',
      'ClusterRole - lws-proxy-role',
      'ClusterRole - lws-webhook-ca-role',
      'ClusterRoleBinding - lws-manager-rolebinding',
      'ClusterRoleBinding - lws-proxy-rolebinding',
      'ClusterRoleBinding - lws-webhook-ca-rolebinding',
      'ConfigMap lws-system lws-manager-config',
      'Deployment lws-system lws-controller-manager',
      'MutatingWebhookConfiguration - lws-mutating-webhook-configuration',
      'Namespace - lws-system',
      'PodDisruptionBudget lws-system lws-controller-manager',
      'Role lws-system lws-leader-election-role',
      'Role lws-system lws-webhook-server-cert-role',
      'RoleBinding lws-system lws-leader-election-rolebinding',
      'RoleBinding lws-system lws-webhook-server-cert-rolebinding',
      'Secret lws-system lws-webhook-server-cert',
      'Service lws-system lws-controller-manager-metrics-service',
      'Service lws-system lws-webhook-service',
      'ServiceAccount lws-system lws-controller-manager',
      'ValidatingWebhookConfiguration - lws-validating-webhook-configuration',
    ],
    'installs these objects',
  );
});

void t.test('the RBAC rules', async (t) => {
  const clusterRules = named('ClusterRole').flatMap(({ rules }) => rules ?? []);
  const allRules = [...clusterRules, ...named('Role').flatMap(({ rules }) => rules ?? [])];
  const touching = (rules: Rule[], resource: string) =>
    rules.filter(({ resources = [] }) => resources.includes(resource));

  t.strictSame(
    allRules.filter((rule) => JSON.stringify(rule).includes('*')),
    [],
    'use no wildcard',
  );
  t.strictSame(touching(clusterRules, 'secrets'), [], 'grant no Secret of another namespace');
  t.strictSame(
    touching(allRules, 'secrets').map(({ resourceNames, verbs }) => ({ resourceNames, verbs })),
    [{ resourceNames: ['lws-webhook-server-cert'], verbs: ['list', 'watch', 'update'] }],
    'grant one Secret by name, which can be filled but not made',
  );
  t.strictSame(
    touching(allRules, 'nodes').flatMap(({ verbs }) => verbs),
    ['get'],
    'grant reading a Node and nothing else',
  );
  t.strictSame(
    touching(allRules, 'leaderworkersets').flatMap(({ verbs }) => verbs),
    ['list', 'watch'],
    'grant no change to what users wrote',
  );
  t.strictSame(
    clusterRules
      .filter(({ apiGroups }) => apiGroups?.includes('admissionregistration.k8s.io'))
      .map(({ resources = [], resourceNames }) => [...resources, ...(resourceNames ?? [])]),
    [
      ['mutatingwebhookconfigurations', 'lws-mutating-webhook-configuration'],
      ['validatingwebhookconfigurations', 'lws-validating-webhook-configuration'],
    ],
    'grant the two webhook configurations by name',
  );

  for (const kind of ['ClusterRole', 'Role']) {
    const bindings = named(`${kind}Binding`);
    t.strictSame(
      bindings.map(({ roleRef }) => `${roleRef?.kind} ${roleRef?.name}`),
      named(kind)
        .map(({ metadata }) => `${kind} ${metadata.name}`)
        .filter((name) => name !== 'ClusterRole lws-metrics-reader'),
      `bind each ${kind} once, but for the one that is for readers of metrics`,
    );
    for (const { metadata, subjects } of bindings) {
      t.strictSame(
        subjects,
        [{ kind: 'ServiceAccount', name: 'lws-controller-manager', namespace: 'lws-system' }],
        `${metadata.name} binds the service account alone`,
      );
    }
  }
});

void t.test('the webhook configurations', async (t) => {
  const webhooks = [...named('MutatingWebhookConfiguration'), ...named('ValidatingWebhookConfiguration')].flatMap(
    (configuration) => configuration.webhooks ?? [],
  );
  const leaderWorkerSets = [
    {
      apiGroups: ['leaderworkerset.x-k8s.io'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['leaderworkersets'],
    },
  ];
  const pods = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];
  t.strictSame(
    webhooks.map(({ name, clientConfig, rules, objectSelector }) => ({
      name,
      path: clientConfig.service.path,
      rules,
      objectSelector,
    })),
    [
      {
        name: 'mleaderworkerset.kb.io',
        path: '/mutate-leaderworkerset-x-k8s-io-v1-leaderworkerset',
        rules: leaderWorkerSets,
        objectSelector: undefined,
      },
      {
        name: 'mpod.kb.io',
        path: '/mutate--v1-pod',
        rules: pods,
        objectSelector: { matchExpressions: [{ key: 'leaderworkerset.sigs.k8s.io/name', operator: 'Exists' }] },
      },
      {
        name: 'vleaderworkerset.kb.io',
        path: '/validate-leaderworkerset-x-k8s-io-v1-leaderworkerset',
        rules: leaderWorkerSets,
        objectSelector: undefined,
      },
    ],
    'send LeaderWorkerSets and their new pods to these paths',
  );
  const elsewhere = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'lws-system'] };
  for (const { name, clientConfig, namespaceSelector, failurePolicy, timeoutSeconds, sideEffects } of webhooks) {
    t.strictSame(namespaceSelector, { matchExpressions: [elsewhere] }, `${name} holds up neither the cluster nor us`);
    const { path: _, ...service } = clientConfig.service;
    t.strictSame(service, { name: 'lws-webhook-service', namespace: 'lws-system' }, `${name} goes to our Service`);
    t.strictSame(
      { failurePolicy, timeoutSeconds, sideEffects },
      { failurePolicy: 'Fail', timeoutSeconds: 10, sideEffects: 'None' },
      `${name} lets nothing pass unseen, and its answer is waited for so long`,
    );
  }
});

void t.test('the Deployment', async (t) => {
  const [deployment] = parseAllDocuments(read(`${base}deployment.yaml`)).map(
    (document) =>
      document.toJS() as {
        spec: {
          selector: { matchLabels: unknown };
          template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
        };
      },
  );
  const { selector, template } = deployment!.spec;
  const services = parseAllDocuments(read(`${base}service.yaml`)).map(
    (document) => document.toJS() as { spec: { selector: unknown; ports: { targetPort: number }[] } },
  );
  t.strictSame(selector.matchLabels, template.metadata.labels, 'selects its own pods');
  for (const { spec } of services) t.strictSame(spec.selector, template.metadata.labels, 'is selected by its Services');
  t.strictSame(
    services.flatMap(({ spec }) => spec.ports.map(({ targetPort }) => targetPort)),
    template.spec.containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)),
    'listens on the ports of its Services',
  );
  t.strictSame(
    [template.spec.serviceAccountName, ...template.spec.volumes.map((v) => v.configMap?.name ?? v.secret?.secretName)],
    ['ServiceAccount', 'ConfigMap'].map((kind) => named(kind)[0]?.metadata.name),
    'uses the objects installed with it, and not the Secret, which the manager reads by itself',
  );
  t.strictSame(
    parse(named('ConfigMap')[0]?.data?.['controller_manager_config.yaml'] ?? ''),
    {
      apiVersion: 'config.lws.x-k8s.io/v1alpha1',
      kind: 'Configuration',
      leaderElection: { leaderElect: true },
      internalCertManagement: { enable: true },
    },
    'reads this configuration',
  );
});

/** The CRD's schema as JSON Schema that also refuses the fields which the API server would prune. */
const closed = (node: StructuralSchema): object => ({
  ...node,
  ...(node.properties && {
    properties: Object.fromEntries(Object.entries(node.properties).map(([field, child]) => [field, closed(child)])),
    additionalProperties: false,
  }),
  ...(node.items && { items: closed(node.items) }),
  ...(node.additionalProperties && { additionalProperties: closed(node.additionalProperties) }),
});

void t.test('the samples', async (t) => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(closed(schema));
  const refused = {
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    metadata: { name: 'refused' },
    spec: { leaderWorkerTemplate: { workerTemplate: { spec: { container: [] } } } },
  };
  validate(refused);
  t.strictSame(
    validate.errors?.map(({ message }) => message),
    ["must have required property 'containers'", 'must NOT have additional properties'],
    'are checked against a schema that refuses unknown fields',
  );

  for (const file of yamlFiles('samples/')) {
    const sets = readManifests(`samples/${file}`).filter(({ kind }) => kind === 'LeaderWorkerSet');
    t.equal(sets.length, 1, `${file} holds one LeaderWorkerSet`);
    for (const set of sets) {
      t.equal(set.apiVersion, 'leaderworkerset.x-k8s.io/v1', `${file} names the served version`);
      validate(set);
      t.strictSame(validate.errors, null, `${file} names known fields only`);
    }
  }
});

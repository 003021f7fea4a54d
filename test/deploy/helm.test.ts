import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import t from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { digestChart } from '../../deploy/helm/digest-chart.ts';
import { loadPolicyFile } from '../../src/config/load-policies.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { controlPlanePrograms } from '../cluster/control-plane-programs.ts';

type Meta = { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
type Manifest = { apiVersion: string; kind: string; metadata: Meta; data?: Record<string, string>; spec?: object };
type Container = { securityContext: object; volumeMounts: { readOnly?: boolean }[] };
type Deployment = Manifest & {
  spec: {
    template: {
      metadata: Pick<Meta, 'annotations'>;
      spec: { securityContext: object; containers: Container[]; volumes: object[] };
    };
  };
};

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const CONFIGURATION = 'controller_manager_config.yaml';
const COMPONENTS_FOR_ALL = ['prometheus', 'volcano', 'network-policy', 'policies'];

const POLICIES = {
  name: 'lws-policies',
  namespace: 'lws-system',
  files: ['policies.yaml'],
  options: {
    disableNameSuffixHash: true,
    labels: { 'app.kubernetes.io/name': 'lws', 'app.kubernetes.io/instance': 'lws' },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'lws-kustomize-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const readYAML = (path: string): unknown => parse(readFileSync(join(DEPLOY, path), 'utf8'));
const { policies } = readYAML('helm/rendered/self-managed-with-all.values.yaml') as { policies: object[] };
writeFileSync(join(folder, 'policies.yaml'), stringify({ policies }));

const parseAll = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS() as Manifest);

const readRendered = (name: string): Manifest[] =>
  parseAll(readFileSync(join(DEPLOY, `helm/rendered/${name}.yaml`), 'utf8'));

const kustomize = (components: readonly string[]): Manifest[] => {
  const path = (part: string): string => relative(folder, join(DEPLOY, 'kustomize', part));
  const kustomization = {
    resources: [path('base')],
    components: components.map((component) => path(`components/${component}`)),
    // With kustomize, users bring the ConfigMap.
    ...(components.includes('policies') ? { configMapGenerator: [POLICIES] } : {}),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
  const kubectl = join(controlPlanePrograms(), 'kubectl');
  return parseAll(execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8', maxBuffer: 2 ** 24 }));
};

const without = (map: Record<string, string> = {}, ...keys: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));

/** In the form that both are compared in: without the CRD's schema, which is one file, and with the configuration as what it says. */
const comparable = ({ metadata, ...manifest }: Manifest): object => ({
  ...manifest,
  metadata: {
    ...metadata,
    labels: without(metadata.labels, 'app.kubernetes.io/version', 'app.kubernetes.io/managed-by', 'helm.sh/chart'),
    annotations: without(metadata.annotations, 'helm.sh/resource-policy'),
  },
  ...(manifest.kind === 'CustomResourceDefinition' ? { spec: undefined } : {}),
  ...(manifest.data === undefined
    ? {}
    : { data: Object.entries(manifest.data).map(([, text]) => parse(text) as object) }),
});

/** A pod with another configuration is another pod; kustomize has no such means. */
const withoutChecksum = (manifest: Manifest): Manifest => {
  if (manifest.kind !== 'Deployment') return manifest;
  const { spec } = manifest as Deployment;
  const annotations = without(spec.template.metadata.annotations, 'checksum/config');
  const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
  return { ...manifest, spec: { ...spec, template } };
};

const readTemplates = (): string =>
  globSync('helm/lws/templates/*', { cwd: DEPLOY })
    .map((file) => readFileSync(join(DEPLOY, file), 'utf8'))
    .join('\n');

const key = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const byKey = (manifests: readonly Manifest[]): Record<string, object> =>
  Object.fromEntries(manifests.map((manifest) => [key(manifest), comparable(manifest)]));

const CASES: readonly { readonly name: string; readonly components: readonly string[] }[] = [
  { name: 'self-managed', components: ['self-managed'] },
  { name: 'self-managed-with-all', components: ['self-managed', ...COMPONENTS_FOR_ALL] },
  { name: 'preparing-cert-manager', components: ['self-managed', 'cert-manager-certificates'] },
  { name: 'cert-manager', components: ['cert-manager'] },
  { name: 'cert-manager-with-all', components: [...COMPONENTS_FOR_ALL, 'cert-manager'] },
];

void t.test('the rendered manifests are those of the chart as it is', (t) => {
  t.equal(
    digestChart(),
    readFileSync(join(DEPLOY, 'helm/rendered/chart.sha256'), 'utf8').trim(),
    'deploy/helm/README.md says how to render it again',
  );
  t.end();
});

for (const { name, components } of CASES) {
  void t.test(`Helm and kustomize install the same: ${name}`, (t) => {
    const ofKustomize = kustomize(components);
    const ofHelm = readRendered(name).map(withoutChecksum);
    t.strictSame(
      byKey(ofHelm),
      // Helm makes the namespace itself, with --create-namespace.
      byKey(ofKustomize.filter(({ kind }) => kind !== 'Namespace')),
    );

    const data = Object.assign({}, ...ofKustomize.map((manifest) => manifest.data)) as Record<string, string>;
    t.match(
      loadConfiguration({ text: data[CONFIGURATION] ?? '' }),
      { warnings: [] },
      'the manager understands its configuration',
    );
    if (components.includes('policies'))
      t.match(loadPolicyFile(data['policies.yaml'] ?? '', 'policies.yaml'), { policies }, 'and its policies');
    t.end();
  });
}

type Schema = { readonly properties?: Record<string, Schema> };

/** The paths of all values that a schema names, but for those of lists. */
const pathsOf = ({ properties = {} }: Schema, path = ''): string[] =>
  Object.entries(properties).flatMap(([name, schema]) => [`${path}${name}`, ...pathsOf(schema, `${path}${name}.`)]);

void t.test('the values', (t) => {
  const schema = JSON.parse(readFileSync(join(DEPLOY, 'helm/lws/values.schema.json'), 'utf8')) as Schema;
  const values = readYAML('helm/lws/values.yaml') as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  t.ok(validate(values), 'satisfy their schema as they are');
  t.strictSame(
    Object.keys(values).toSorted(),
    Object.keys(schema.properties ?? {})
      .filter((name) => name !== 'global')
      .toSorted(),
    'are all described, and nothing else is, but for what Helm adds',
  );
  const refused = [
    ...Object.entries(values).map(([name, value]) => ({ [name]: typeof value === 'string' ? 1 : 'x' })),
    { replicas: 1 },
    { image: { manager: { tga: 'x' } } },
    { crds: { enable: true } },
    { resources: { request: {} } },
    { policies: [{ name: 'x', enforcement: 'denied', schema: {} }] },
  ];
  t.strictSame(
    refused.filter((one) => validate({ ...values, ...one })),
    [],
    'have types, and names without slips of the pen',
  );
  const known = new Set(pathsOf(schema));
  const read = [...readTemplates().matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = '']) => path.slice(1));
  t.strictSame(
    read.filter((path) => !known.has(path) && !path.endsWith('.enabled')),
    [],
    'are known wherever a template reads one',
  );
  t.end();
});

void t.test('an upgrade changes the CRD and an uninstall leaves it', (t) => {
  const crd = readRendered('self-managed').find(({ kind }) => kind === 'CustomResourceDefinition');
  t.strictSame(crd?.metadata.annotations, { 'helm.sh/resource-policy': 'keep' });
  t.end();
});

void t.test('the pods meet the restricted standard', (t) => {
  for (const { name } of CASES) {
    const deployment = readRendered(name).find(({ kind }) => kind === 'Deployment') as Deployment;
    const { securityContext, containers, volumes } = deployment.spec.template.spec;
    t.strictSame(
      { pod: securityContext, containers: containers.map((container) => container.securityContext) },
      {
        pod: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        ],
      },
      name,
    );
    t.notMatch(JSON.stringify(volumes), /hostPath|emptyDir/, 'and have nothing to write to');
  }
  t.end();
});

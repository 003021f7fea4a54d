import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { digestChart } from '../../deploy/helm/digest-chart.ts';
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
const COMPONENTS_FOR_ALL = ['prometheus', 'volcano', 'network-policy'];

const folder = mkdtempSync(join(tmpdir(), 'lws-kustomize-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const parseAll = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS() as Manifest);

const readRendered = (name: string): Manifest[] =>
  parseAll(readFileSync(join(DEPLOY, `helm/rendered/${name}.yaml`), 'utf8'));

const kustomize = (components: readonly string[]): Manifest[] => {
  const path = (part: string): string => relative(folder, join(DEPLOY, 'kustomize', part));
  const kustomization = {
    resources: [path('base')],
    components: components.map((component) => path(`components/${component}`)),
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
  ...(manifest.data === undefined ? {} : { data: parse(manifest.data[CONFIGURATION] ?? '') as object }),
});

/** A pod with another configuration is another pod; kustomize has no such means. */
const withoutChecksum = (manifest: Manifest): Manifest => {
  if (manifest.kind !== 'Deployment') return manifest;
  const { spec } = manifest as Deployment;
  const annotations = without(spec.template.metadata.annotations, 'checksum/config');
  const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
  return { ...manifest, spec: { ...spec, template } };
};

/** Upstream: cert-manager's Secrets are named otherwise by the chart, which installs the first of them empty as well. */
const withoutPrefixOfSecrets = (manifests: readonly Manifest[]): Manifest[] => {
  const text = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'));
  return JSON.parse(text.replaceAll(/"lws-(webhook|metrics)-server-cert"/g, '"$1-server-cert"')) as Manifest[];
};

const key = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const byKey = (manifests: readonly Manifest[]): Record<string, object> =>
  Object.fromEntries(manifests.map((manifest) => [key(manifest), comparable(manifest)]));

const CASES: readonly { readonly name: string; readonly components: readonly string[] }[] = [
  { name: 'self-managed', components: ['self-managed'] },
  { name: 'self-managed-with-all', components: ['self-managed', ...COMPONENTS_FOR_ALL] },
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
      byKey(components.includes('cert-manager') ? withoutPrefixOfSecrets(ofHelm) : ofHelm),
      // Helm makes the namespace itself, with --create-namespace.
      byKey(ofKustomize.filter(({ kind }) => kind !== 'Namespace')),
    );

    const text = ofKustomize.find(({ kind }) => kind === 'ConfigMap')?.data?.[CONFIGURATION] ?? '';
    t.match(loadConfiguration({ text }), { warnings: [] }, 'the manager understands its configuration');
    t.end();
  });
}

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

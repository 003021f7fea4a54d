import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { ClusterClient } from './cluster-client.ts';
import type { KubeObject } from './kube-object.ts';
import { waitFor } from './wait-for.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const CRD = 'crds/leaderworkerset.x-k8s.io_leaderworkersets.yaml';

/** What the manager needs of `deploy/` when it runs beside the cluster: no Deployment, and no Service that would point to its pods. */
const KINDS = new Set(['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
const WEBHOOKS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

type Webhook = { clientConfig: { service?: { path?: string } } };

/** The objects in a YAML file of `deploy/`. */
export const readDeploy = (path: string): KubeObject[] =>
  parseAllDocuments(readFileSync(join(DEPLOY, path), 'utf8')).map((document) => document.toJS() as KubeObject);

const readBase = (): KubeObject[] =>
  globSync('kustomize/{base,components/self-managed}/*.yaml', { cwd: DEPLOY, exclude: ['**/kustomization.yaml'] })
    .sort()
    .flatMap(readDeploy);

const withURL = (configuration: KubeObject, origin: string, ca: string): KubeObject => ({
  ...configuration,
  webhooks: (configuration['webhooks'] as Webhook[]).map((webhook) => ({
    ...webhook,
    clientConfig: {
      url: `${origin}${webhook.clientConfig.service?.path ?? '/'}`,
      caBundle: Buffer.from(ca).toString('base64'),
    },
  })),
});

/** The CRD of LeaderWorkerSets. */
export const leaderWorkerSetCRD = (): KubeObject[] => readDeploy(CRD);

/** Installs the CRD, the ServiceAccount and its RBAC from `deploy/`, and resolves when LeaderWorkerSets can be created. */
export const installManager = async (client: ClusterClient): Promise<void> => {
  const objects = [...leaderWorkerSetCRD(), ...readBase().filter(({ kind }) => KINDS.has(kind))];
  const order = ({ kind }: KubeObject): number => (kind === 'Namespace' ? 0 : 1);
  for (const object of objects.sort((a, b) => order(a) - order(b))) await client.apply(object, 'kubectl');
  await waitFor('the API of LeaderWorkerSets', async () =>
    client.list({ apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet' }),
  );
};

/**
 * Registers the webhooks of `deploy/` as they are, but for the port, and brings what the manager needs to make certificates. The Service
 * leads to this port of this machine, which an API server can reach without a pod network.
 */
export const registerWebhookService = async (client: ClusterClient, port: number): Promise<void> => {
  const ofKind = (...kinds: string[]) => readBase().filter(({ kind }) => kinds.includes(kind));
  for (const object of ofKind('Namespace', 'Secret')) await client.apply(object, 'kubectl');
  const metadata = { namespace: 'lws-system', name: 'lws-webhook-service' };
  const spec = { type: 'ExternalName', externalName: 'localhost' };
  await client.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec }, 'kubectl');
  for (const object of ofKind(...WEBHOOKS)) {
    const webhooks = (object['webhooks'] as Webhook[]).map((webhook) => ({
      ...webhook,
      clientConfig: { service: { ...webhook.clientConfig.service, port } },
    }));
    await client.apply({ ...object, webhooks }, 'kubectl');
  }
};

/** Registers the webhooks of `deploy/`, with a URL in place of the Service, because the manager runs beside the cluster and not in it. */
export const registerWebhooks = async (client: ClusterClient, origin: string, ca: string): Promise<void> => {
  for (const object of readBase().filter(({ kind }) => WEBHOOKS.includes(kind)))
    await client.apply(withURL(object, origin, ca), 'kubectl');
};

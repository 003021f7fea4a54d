import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addNodes } from './add-nodes.ts';
import type { ClusterClient } from './cluster-client.ts';
import { createClusterClient } from './cluster-client.ts';
import { controlPlanePrograms } from './control-plane-programs.ts';
import { createNamespace } from './create-namespace.ts';
import type { FakeNodes } from './fake-nodes.ts';
import type { Launched } from './launch-control-plane.ts';
import { launchControlPlane } from './launch-control-plane.ts';
import { createPki } from './pki.ts';
import type { LaunchOptions, LaunchSite } from './prepare-arguments.ts';
import { readAuditEvents } from './read-audit-events.ts';
import { requestToken } from './request-token.ts';
import { runKubectl } from './run-kubectl.ts';
import { supervise } from './supervise.ts';
import { waitForComponents } from './wait-for-components.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';

export interface ControlPlaneOptions extends LaunchOptions {
  /** The fake nodes to begin with; `false` for none. */
  nodes?: FakeNodes | false;
  /** By default the one that the project is set to; another, such as `v1.35.4`, must have been built before. */
  kubernetesVersion?: string;
}

const ATTEMPTS = 3;

async function waitForControllers(client: ClusterClient, { components }: Launched): Promise<void> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: 'default' } };
  const hasWorked = async () => (await client.get(account)) !== undefined;
  await waitForComponents('working controller manager', components, hasWorked);
}

function describe(site: LaunchSite, launched: Launched, client: ClusterClient) {
  const { directory, programs, supervisor, pki } = site;
  const { admin, apiServer, auditLog } = launched;
  const adminKubeconfig = writeKubeconfig(join(directory, 'admin.kubeconfig'), admin);

  const restart = async () => {
    await apiServer.stop();
    await apiServer.start();
  };
  const kubeconfigForServiceAccount = async (namespace: string, name: string, url = admin.url) => {
    const token = await requestToken(client, namespace, name);
    return writeKubeconfig(join(directory, `${namespace}-${name}.kubeconfig`), { url, ca: pki.ca, token });
  };
  const kubeconfigForUser = async (name: string, groups: readonly string[] = []) => {
    const pair = await pki.signUser(name, groups);
    return writeKubeconfig(join(directory, `user-${name}.kubeconfig`), { url: admin.url, ca: pki.ca, ...pair });
  };
  const stop = async () => {
    client.close();
    await supervisor.end();
  };

  return {
    url: admin.url,
    ca: pki.ca,
    caFile: pki.caFile,
    directory,
    programs,
    client,
    adminKubeconfig,
    /** Writes the kubeconfig of a service account that exists (its token comes from TokenRequest), for the API server or what is in front of it, and resolves to its path. */
    kubeconfigForServiceAccount,
    /** Writes the kubeconfig of a user with a client certificate and resolves to its path. */
    kubeconfigForUser,
    kubectl: (args: readonly string[], input?: string) =>
      runKubectl({ programs, kubeconfig: adminKubeconfig, args, ...(input === undefined ? {} : { input }) }),
    createNamespace: (prefix?: string) => createNamespace(client, prefix),
    addNodes: (nodes: FakeNodes) => addNodes(client, nodes),
    auditEvents: () => readAuditEvents(auditLog),
    /** `stop` kills it, and what depends on it; `start` and `restart` resolve when it is ready again. */
    apiServer: { ...apiServer, restart },
    /** Starts another process that ends with the cluster, and however this process ends. */
    spawn: supervisor.spawn,
    components: launched.components,
    /** Ends everything and removes the directory. */
    stop,
  };
}

export type ControlPlane = ReturnType<typeof describe>;

async function startOnce(options: ControlPlaneOptions): Promise<ControlPlane> {
  const programs = controlPlanePrograms(options.kubernetesVersion);
  const directory = mkdtempSync(join(tmpdir(), 'lws-cluster-'));
  const supervisor = supervise(directory);
  try {
    const site = { directory, programs, supervisor, pki: await createPki(join(directory, 'pki')) };
    const launched = await launchControlPlane(site, options);
    const client = createClusterClient(launched.admin);
    await waitForControllers(client, launched);
    if (options.nodes !== false) await addNodes(client, options.nodes);
    return describe(site, launched, client);
  } catch (error) {
    await supervisor.end();
    throw error;
  }
}

const isPortTaken = (error: unknown) => error instanceof Error && error.message.includes('address already in use');

/**
 * Starts a Kubernetes control plane of its own on this machine, with fake nodes, and resolves when pods can run on it.
 * All of it ends with this process, however that ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // The ports were free a moment ago; another process was faster.
      if (!isPortTaken(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

import { join } from 'node:path';
import { createClusterClient } from './cluster-client.ts';
import type { Component } from './component.ts';
import { createComponent } from './component.ts';
import type { Credentials } from './connection.ts';
import { createConnection } from './connection.ts';
import { controlPlaneArguments } from './control-plane-arguments.ts';
import { freePorts } from './free-ports.ts';
import type { WrittenObject } from './kube-object.ts';
import type { Pki } from './pki.ts';
import type { Supervisor } from './supervise.ts';
import { waitFor } from './wait-for.ts';
import { waitForComponents } from './wait-for-components.ts';
import type { AuditOptions } from './write-audit-policy.ts';
import { writeAuditPolicy } from './write-audit-policy.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';
import type { PodTimes } from './write-stages.ts';
import { writeStages } from './write-stages.ts';

export interface LaunchOptions extends PodTimes {
  /** Records requests; `true` those of everybody but the control plane itself. */
  audit?: boolean | AuditOptions;
  apiServerFlags?: readonly string[];
  featureGates?: Record<string, boolean>;
  /** The controller manager's `--controllers`. */
  controllers?: string;
  /**
   * Installed before the controllers start: the garbage collector looks for new kinds every 30 s only, and does not miss their owners until then.
   */
  crds?: readonly WrittenObject[];
}

export interface LaunchSite {
  directory: string;
  programs: string;
  supervisor: Supervisor;
  pki: Pki;
}

/** A control plane whose API server has answered that it is ready. */
export interface Launched {
  admin: Credentials;
  apiServer: { start: () => Promise<void>; stop: (signal?: NodeJS.Signals) => Promise<void> };
  components: readonly Component[];
  auditLog: string;
}

async function writeComponentKubeconfigs({ directory, pki }: LaunchSite, url: string) {
  const write = async (name: string, user: string) => {
    const pair = await pki.signUser(user, ['system:masters']);
    return writeKubeconfig(join(directory, `${name}.kubeconfig`), { url, ca: pki.ca, ...pair });
  };
  return {
    controllerManager: await write('kube-controller-manager', 'system:kube-controller-manager'),
    scheduler: await write('kube-scheduler', 'system:kube-scheduler'),
    kwok: await write('kwok', 'kwok'),
  };
}

function auditFiles(directory: string, audit: AuditOptions | boolean, log: string) {
  if (audit === false) return {};
  const policy = writeAuditPolicy(join(directory, 'audit-policy.json'), audit === true ? {} : audit);
  return { audit: { policy, log } };
}

async function installCRDs(admin: Credentials, crds: readonly WrittenObject[]) {
  const client = createClusterClient(admin);
  for (const crd of crds) await client.apply(crd, 'kubectl');
  const isEstablished = async (crd: WrittenObject) => {
    const live = await client.get<{ status?: { conditions?: { type: string; status: string }[] } }>(crd);
    return live?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  };
  for (const crd of crds) await waitFor(`established ${crd.metadata.name}`, () => isEstablished(crd));
  client.close();
}

/** Starts every program of a control plane, on ports that were free a moment ago, and resolves once the API server is ready. */
export async function launchControlPlane(site: LaunchSite, launchOptions: LaunchOptions): Promise<Launched> {
  const { directory, programs, supervisor, pki } = site;
  const { audit = false, crds = [], ...options } = launchOptions;
  const [etcdPort = 0, etcdPeer = 0, apiServerPort = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${apiServerPort}`;
  const auditLog = join(directory, 'audit.log');
  const args = controlPlaneArguments({
    ...options,
    directory,
    ports: { etcd: etcdPort, etcdPeer, apiServer: apiServerPort },
    kubeconfigs: await writeComponentKubeconfigs(site, url),
    stages: writeStages(join(directory, 'stages.yaml'), options),
    ...auditFiles(directory, audit, auditLog),
  });
  const component = (name: keyof typeof args) =>
    createComponent({ supervisor, programs, name, args: args[name], directory });
  const etcd = component('etcd');
  const apiServer = component('kube-apiserver');
  const clients = [component('kube-controller-manager'), component('kube-scheduler'), component('kwok')];
  const admin = { url, ca: pki.ca, ...(await pki.signUser('admin', ['system:masters'])) };
  const connection = createConnection(admin);
  const running = [etcd, apiServer];

  const isReady = async () => (await connection.send({ method: 'GET', path: '/readyz' })).code === 200;

  const start = async ({ install = [] }: { install?: readonly WrittenObject[] } = {}) => {
    for (const one of running) one.start();
    await waitForComponents('ready API server', running, isReady);
    if (install.length > 0) await installCRDs(admin, install);
    for (const one of clients) one.start();
  };
  /** Its clients go with it: left alone, they would wait ever longer between their attempts to reach it. */
  const stopApiServer = async (signal?: NodeJS.Signals) => {
    await Promise.all([apiServer.stop(signal), ...clients.map((one) => one.stop())]);
  };

  await start({ install: crds });
  const components = [...clients, ...running];
  return { admin, apiServer: { stop: stopApiServer, start }, components, auditLog };
}

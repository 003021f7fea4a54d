import type { Component } from './component.ts';
import { createComponent } from './component.ts';
import type { Credentials } from './connection.ts';
import { createConnection } from './connection.ts';
import { installCRDs } from './install-crds.ts';
import type { WrittenObject } from './kube-object.ts';
import type { LaunchOptions, LaunchSite } from './prepare-arguments.ts';
import { prepareArguments } from './prepare-arguments.ts';
import { waitForComponents } from './wait-for-components.ts';

/** A control plane whose API server has answered that it is ready. */
export interface Launched {
  admin: Credentials;
  apiServer: { start: () => Promise<void>; stop: (signal?: NodeJS.Signals) => Promise<void> };
  components: readonly Component[];
  auditLog: string;
}

/** Starts every program of a control plane, on ports that were free a moment ago, and resolves once the API server is ready. */
export async function launchControlPlane(site: LaunchSite, options: LaunchOptions): Promise<Launched> {
  const { directory, programs, supervisor, pki } = site;
  const { crds = [] } = options;
  const { url, auditLog, args, kubelet } = await prepareArguments(site, options);
  const component = (name: keyof typeof args) =>
    createComponent({ supervisor, programs, name, args: args[name], directory });
  const etcd = component('etcd');
  const apiServer = component('kube-apiserver');
  const clients = [
    ...(['kube-controller-manager', 'kube-scheduler', 'kwok'] as const).map(component),
    createComponent({ supervisor, programs, name: 'kubelet', program: process.execPath, args: kubelet, directory }),
  ];
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

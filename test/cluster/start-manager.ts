import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../setup/build.ts';
import { freePorts } from './free-ports.ts';
import { installManager, registerWebhooks } from './install-manager.ts';
import { createPki } from './pki.ts';
import type { ControlPlane } from './start-control-plane.ts';
import { waitFor } from './wait-for.ts';

const MANAGER = fileURLToPath(new URL('../../dist/manager.js', import.meta.url));
/** Whoever runs many tests builds once for all of them. */
const isBuilt = process.env['LWS_MANAGER_IS_BUILT'] === 'true';
const NAMESPACE = 'lws-system';
const SERVICE_ACCOUNT = 'lws-controller-manager';

export interface ManagerOptions {
  /** Merged into the configuration file. */
  configuration?: object;
  env?: NodeJS.ProcessEnv;
  /** The command of another manager to start in place of ours. It may do anything, as we ship no RBAC for it. */
  peer?: readonly string[];
  /** Tells several managers on one control plane apart. */
  name?: string;
  /** It makes its certificates itself; whoever asks for it registers the webhooks. */
  makesCertificates?: boolean;
  /** Where it is to look for the API server, if not where that listens. */
  apiServer?: string;
  /** Whoever asks for it has installed everything, and sees to certificates in this folder, if there are to be any. */
  installedWith?: { readonly certDir: string };
}

export interface Manager {
  readonly log: string;
  readonly origin: string;
  readonly healthOrigin: string;
  readonly metricsOrigin: string;
  readonly pid: () => number | undefined;
  /** Resolves when it is ready to review and to reconcile. */
  start: () => Promise<void>;
  /** Ends it, by default as Kubernetes does (SIGTERM), and resolves to its exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

type Ports = { readonly webhook: number; readonly health: number; readonly metrics: number };

const writeConfiguration = (path: string, certDir: string, ports: Ports, more: object = {}): string => {
  const configuration = {
    apiVersion: 'config.lws.x-k8s.io/v1alpha1',
    kind: 'Configuration',
    webhook: { host: '127.0.0.1', port: ports.webhook, certDir },
    health: { healthProbeBindAddress: `127.0.0.1:${ports.health}` },
    metrics: { bindAddress: `127.0.0.1:${ports.metrics}` },
    leaderElection: { leaderElect: false },
    ...more,
  };
  writeFileSync(path, JSON.stringify(configuration));
  return path;
};

const writeCertificates = async (directory: string) => {
  const pki = await createPki(directory);
  writeFileSync(join(directory, 'tls.crt'), readFileSync(join(directory, 'apiserver.crt')));
  writeFileSync(join(directory, 'tls.key'), readFileSync(join(directory, 'apiserver.key')), { mode: 0o600 });
  return pki;
};

const hasEnded = (child: ChildProcess | undefined): boolean =>
  child === undefined || child.exitCode !== null || child.signalCode !== null;

const tail = (log: string): string => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n');

/**
 * Installs our manager from `deploy/` on a control plane and starts it beside it: the real entry point, as its ServiceAccount, with only
 * the RBAC that we ship. It ends with the control plane.
 */
export const startManager = async (cluster: ControlPlane, options: ManagerOptions = {}): Promise<Manager> => {
  const { name = 'manager', makesCertificates = false, installedWith } = options;
  await Promise.all([isBuilt ? undefined : build(), installedWith ? undefined : installManager(cluster.client)]);
  const directory = join(cluster.directory, name);
  const certDir = installedWith?.certDir ?? join(directory, 'certs');
  mkdirSync(directory, { recursive: true });
  const pki = makesCertificates || installedWith ? undefined : await writeCertificates(certDir);
  const [webhook = 0, health = 0, metrics = 0] = await freePorts(3);
  const config = writeConfiguration(
    join(directory, 'config.json'),
    certDir,
    { webhook, health, metrics },
    { internalCertManagement: { enable: makesCertificates }, ...options.configuration },
  );
  const kubeconfig = await (options.peer === undefined
    ? cluster.kubeconfigForServiceAccount(NAMESPACE, SERVICE_ACCOUNT, options.apiServer)
    : cluster.kubeconfigForUser('peer', ['system:masters']));
  const [program = '', ...args] = options.peer ?? [process.execPath, MANAGER, '--zap-log-level=info'];
  const log = join(directory, 'manager.log');
  const origin = `https://127.0.0.1:${webhook}`;
  const healthOrigin = `http://127.0.0.1:${health}`;
  const metricsOrigin = `https://127.0.0.1:${metrics}`;
  let child: ChildProcess | undefined;

  const isReady = async (): Promise<boolean> => {
    if (hasEnded(child)) throw new Error(`the manager ended; the end of its log:\n${tail(log)}`);
    return (await fetch(`${healthOrigin}/readyz`)).ok;
  };

  const start = async (): Promise<void> => {
    child = cluster.spawn({
      program,
      args: [...args, `--config=${config}`],
      log,
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory, KUBECONFIG: kubeconfig, ...options.env },
    });
    await waitFor('ready manager', isReady);
  };

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    const stopped = child;
    if (stopped === undefined || hasEnded(stopped)) return stopped?.exitCode ?? null;
    stopped.ref();
    const gone = once(stopped, 'exit');
    stopped.kill(signal);
    await gone;
    return stopped.exitCode;
  };

  await start();
  if (pki !== undefined) await registerWebhooks(cluster.client, origin, pki.ca);
  return { log, origin, healthOrigin, metricsOrigin, pid: () => child?.pid, start, stop };
};

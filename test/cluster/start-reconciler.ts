import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.ts';
import { holdLease } from './hold-lease.ts';
import type { ControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { waitFor } from './wait-for.ts';

const MANAGER = fileURLToPath(new URL('../../dist/manager.js', import.meta.url));

/** The user under which managers write. */
export const MANAGER_USER = 'system:serviceaccount:lws-system:lws-controller-manager';

/** A manager that may be ended at any moment, while another one goes on reviewing what is created. */
export interface Reconciler {
  start: () => Promise<void>;
  /** Ends it, at once by default. Resolves when it is gone. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Sends a signal that does not end it, such as SIGSTOP. */
  signal: (signal: NodeJS.Signals) => void;
  readonly log: string;
}

const configuration = (health: number) => ({
  apiVersion: 'config.lws.x-k8s.io/v1alpha1',
  kind: 'Configuration',
  health: { healthProbeBindAddress: `127.0.0.1:${health}` },
  metrics: { bindAddress: '0' },
  internalCertManagement: { enable: false },
  leaderElection: { leaderElect: false },
});

/** Starts one manager that only reviews and, beside it, one that only reconciles: as with two replicas of which one leads. */
export async function startReconciler(cluster: ControlPlane): Promise<Reconciler> {
  await holdLease(cluster.client);
  await startManager(cluster, { configuration: { leaderElection: { leaderElect: true } } });
  const directory = join(cluster.directory, 'reconciler');
  mkdirSync(directory);
  const config = join(directory, 'config.json');
  const log = join(directory, 'manager.log');
  const [health = 0] = await freePorts(1);
  writeFileSync(config, JSON.stringify(configuration(health)));
  const kubeconfig = await cluster.kubeconfigForServiceAccount('lws-system', 'lws-controller-manager');
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = cluster.spawn({
      program: process.execPath,
      args: [MANAGER, `--config=${config}`],
      log,
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory, KUBECONFIG: kubeconfig, ENABLE_WEBHOOKS: 'false' },
    });
    await waitFor('ready reconciler', async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok);
  };

  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const stopped = child;
    child = undefined;
    if (stopped === undefined || stopped.exitCode !== null || stopped.signalCode !== null) return;
    stopped.ref();
    const gone = once(stopped, 'exit');
    stopped.kill(signal);
    await gone;
  };

  await start();
  return { start, stop, signal: (signal) => void child?.kill(signal), log };
}

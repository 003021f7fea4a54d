import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { installTools } from './install-tools.ts';
import type { ControlPlane } from './start-control-plane.ts';

/** Starts the controllers and the CA injector of cert-manager, whose CRDs are there, with some feature gates. They end with the control plane. */
export const startCertManager = (cluster: ControlPlane, ...featureGates: string[]): ChildProcess =>
  cluster.spawn({
    program: installTools().certManager,
    args: featureGates,
    log: join(cluster.directory, 'cert-manager.log'),
    cwd: cluster.directory,
    env: { PATH: process.env['PATH'], HOME: cluster.directory, KUBECONFIG: cluster.adminKubeconfig },
  });

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installTools } from './install-tools.ts';
import type { ControlPlane } from './start-control-plane.ts';

/** Runs Helm against a control plane and resolves to what it printed; rejects with what it complained about. */
export const runHelm = async (cluster: ControlPlane, args: readonly string[]): Promise<string> => {
  const home = join(cluster.directory, 'helm');
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: cluster.adminKubeconfig };
  const { stdout } = await promisify(execFile)(installTools().helm, args, { env, maxBuffer: 2 ** 24 });
  return stdout;
};

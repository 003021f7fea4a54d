import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import { waitFor } from '../cluster/wait-for.ts';
import type { Span } from './expire-pods.ts';

const PROGRAM = fileURLToPath(new URL('foreign-reader.ts', import.meta.url));

/**
 * Lets a process that is not the manager read all pods, the same way and as fast as it can; resolves when it has: from when to when that
 * took. What it does to the latency of admission is the API server's share of the machine, and that of any client.
 */
export const readAsForeigner = async (cluster: ControlPlane): Promise<Span> => {
  const log = join(mkdtempSync(join(cluster.directory, 'reader-')), 'reader.log');
  const kubeconfig = await cluster.kubeconfigForUser('foreign-reader', ['system:masters']);
  const env = { PATH: process.env['PATH'], KUBECONFIG: kubeconfig };
  cluster.spawn({ program: process.execPath, args: [PROGRAM], log, cwd: cluster.directory, env });
  const isThere = (text: string) => () => readFileSync(log, 'utf8').includes(text);
  await waitFor('start of the foreign reader', isThere('begun'));
  const from = performance.now();
  await waitFor('foreign reader that has read everything', isThere('read '));
  return { from, to: performance.now() };
};

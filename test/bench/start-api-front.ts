import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../cluster/free-ports.ts';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import { waitFor } from '../cluster/wait-for.ts';

const PROGRAM = fileURLToPath(new URL('api-front.ts', import.meta.url));

/** Starts a server in front of the API server, in a process of its own that ends with the control plane; resolves to its URL. */
export const startApiFront = async (cluster: ControlPlane): Promise<string> => {
  const [port = 0] = await freePorts(1);
  const log = join(cluster.directory, 'api-front.log');
  const args = [PROGRAM, String(port), cluster.url, dirname(cluster.caFile)];
  const env = { PATH: process.env['PATH'] };
  cluster.spawn({ program: process.execPath, args, log, cwd: cluster.directory, env });
  await waitFor('server in front of the API server', () => readFileSync(log, 'utf8').includes('listening'));
  return `https://127.0.0.1:${port}`;
};

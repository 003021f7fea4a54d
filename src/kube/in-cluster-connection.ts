import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createAgentKeeper } from './agent-keeper.ts';
import { cachedCredentials } from './cached-credentials.ts';
import type { Clock } from './clock.ts';
import type { Connection, Credentials } from './connection.ts';
import { readTextFile } from './read-text-file.ts';

/** The kubelet renews the token long before it expires; client-go reads it as often. */
const READ_AGAIN_MS = 60_000;

export type InClusterOptions = {
  readonly host: string;
  readonly port: string;
  /** The folder where the kubelet mounts token, ca.crt and namespace. */
  readonly directory: string;
  readonly clock: Clock;
};

/** The way from a pod to its API server with the pod's service account; throws when its files cannot be read. */
export const connectInCluster = async (options: InClusterOptions): Promise<Connection> => {
  const { host, port, directory } = options;
  const keeper = createAgentKeeper('https:');

  const read = async (): Promise<Credentials> => {
    const token = (await readTextFile(join(directory, 'token'), 'service account token')).trim();
    if (token === '') throw new Error(`the service account token ${join(directory, 'token')} is empty`);
    const ca = await readTextFile(join(directory, 'ca.crt'), 'certificate authority of the API server');
    return { agent: keeper.agentFor({ ca }), headers: { authorization: `Bearer ${token}` } };
  };

  const credentials = cachedCredentials(read, { ms: READ_AGAIN_MS, clock: options.clock });
  await credentials();
  const namespace = await readTextFile(join(directory, 'namespace'), 'namespace file').catch(() => '');
  return {
    origin: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`),
    source: 'service account',
    ...(namespace.trim() !== '' && { namespace: namespace.trim() }),
    credentials,
    close: keeper.close,
  };
};

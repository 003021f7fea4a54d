import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { createAgentKeeper } from './agent-keeper.ts';
import { cachedCredentials } from './cached-credentials.ts';
import type { Clock } from './clock.ts';
import type { Connection, Credentials } from './connection.ts';
import { loadKubeconfig } from './load-kubeconfig.ts';
import type { TlsMaterial } from './tls-material.ts';

/** Files of certificates are read as often; a plug-in is run only when its credential has expired. */
const READ_AGAIN_MS = 10_000;

const headersOf = (given: OutgoingHttpHeaders, auth: RequestOptions['auth']): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  if (typeof auth === 'string') headers['authorization'] ??= `Basic ${Buffer.from(auth).toString('base64')}`;
  return headers;
};

const pem = (value: RequestOptions['ca']): string | Buffer | undefined =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;

const tlsOf = (options: RequestOptions): TlsMaterial => ({
  ca: pem(options.ca),
  cert: pem(options.cert),
  key: typeof options.key === 'string' || Buffer.isBuffer(options.key) ? options.key : undefined,
  servername: options.servername,
  rejectUnauthorized: options.rejectUnauthorized,
});

const originOf = (config: KubeConfig, files: string): URL => {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const context = config.getCurrentContext();
    const problem = context ? `its context ${context} names no known cluster` : 'it has no current-context';
    throw new Error(`the kubeconfig ${files} cannot be used: ${problem}`);
  }
  if (!URL.canParse(server)) throw new Error(`the kubeconfig ${files} cannot be used: ${server} is not a URL`);
  return new URL(server);
};

/** The way to the API server of a kubeconfig's current context; several files are merged, the first one wins. */
export const connectWithKubeconfig = async (files: readonly string[], clock: Clock): Promise<Connection> => {
  const config = await loadKubeconfig(files);
  const names = files.join(', ');
  const origin = originOf(config, names);
  const keeper = createAgentKeeper(origin.protocol);
  const usesProxy = config.getCurrentCluster()?.proxyUrl !== undefined;

  const read = async (): Promise<Credentials> => {
    const headers: OutgoingHttpHeaders = {};
    const options: RequestOptions = { headers };
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`the credentials of the kubeconfig ${names} cannot be used: ${cause.trim()}`, { cause: error });
    }
    const ownAgent = usesProxy && typeof options.agent === 'object' ? options.agent : undefined;
    return { agent: ownAgent ?? keeper.agentFor(tlsOf(options)), headers: headersOf(headers, options.auth) };
  };

  const credentials = cachedCredentials(read, { ms: READ_AGAIN_MS, clock });
  await credentials();
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    origin,
    source: `kubeconfig ${names}`,
    ...(namespace !== undefined && { namespace }),
    credentials,
    close: keeper.close,
  };
};

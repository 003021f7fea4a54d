import { existsSync } from 'node:fs';
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { delimiter, join } from 'node:path';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { connectInCluster } from './in-cluster-connection.ts';
import { connectWithKubeconfig } from './kubeconfig-connection.ts';

/** What one request needs to reach the API server and to be known there. */
export type Credentials = {
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
};

/** The way to one API server. */
export type Connection = {
  /** Scheme, host, port and perhaps a path before /api. */
  readonly origin: URL;
  /** Where the address came from, for logs. */
  readonly source: string;
  /** Namespace of the context or of the service account, when there is one. */
  readonly namespace?: string;
  /** The agent and headers to use now; `fresh` reads token and files again at once (after a 401). */
  readonly credentials: (options?: { readonly fresh: boolean }) => Promise<Credentials>;
  /** Closes idle and busy sockets. */
  readonly close: () => void;
};

export type ConnectOptions = {
  /** The --kubeconfig flag. */
  readonly kubeconfig?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Where the service account is mounted. */
  readonly serviceAccountDirectory?: string;
};

const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Files of KUBECONFIG that do not exist are passed over, as kubectl does, unless none exists. */
const filesOfVariable = (variable: string): readonly string[] => {
  const files = variable.split(delimiter).filter((file) => file !== '');
  const existing = files.filter((file) => existsSync(file));
  return existing.length > 0 ? existing : files;
};

/** Finds the API server in client-go's order: --kubeconfig, KUBECONFIG, the pod's service account, ~/.kube/config. */
export const connect = async (options: ConnectOptions): Promise<Connection> => {
  const {
    kubeconfig,
    env,
    clock = systemClock,
    serviceAccountDirectory: directory = SERVICE_ACCOUNT_DIRECTORY,
  } = options;
  if (kubeconfig) return connectWithKubeconfig([kubeconfig], clock);
  if (env['KUBECONFIG']) return connectWithKubeconfig(filesOfVariable(env['KUBECONFIG']), clock);

  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (host && port && existsSync(join(directory, 'token'))) return connectInCluster({ host, port, directory, clock });

  const home = join(env['HOME'] ?? '/', '.kube', 'config');
  if (existsSync(home)) return connectWithKubeconfig([home], clock);
  throw new Error(
    `no API server is known: give --kubeconfig, set KUBECONFIG, run in a pod with a service account token, or write ${home}`,
  );
};

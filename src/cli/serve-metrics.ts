import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '../api/configuration.ts';
import { createFileSource } from '../certs/file-source.ts';
import { createLocalhostSource } from '../certs/localhost-source.ts';
import { parseBindAddress } from '../config/bind-address.ts';
import { createAccessReviewer } from '../kube/access-reviewer.ts';
import { systemClock } from '../kube/clock.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { type MetricsServer, listenMetrics } from '../server/listen-metrics.ts';
import type { KeyPair } from '../server/tls-options.ts';
import type { Logger } from '../telemetry/logger.ts';

export type ServeMetricsOptions = {
  readonly configuration: Configuration;
  readonly client: () => Promise<RestClient>;
  readonly metrics: { readonly contentType: string; readonly read: () => Promise<string> };
  readonly log: Logger;
};

/** Upstream: the folder is not configurable; an installation with cert-manager mounts a certificate there. */
const DIRECTORY = join(tmpdir(), 'k8s-metrics-server', 'serving-certs');

const areFilesThere = (): boolean => ['tls.crt', 'tls.key'].every((file) => existsSync(join(DIRECTORY, file)));

/** Serves the metrics where the configuration wants them, if it does, to those whom the API server lets. Rejects when the port is taken. */
export const serveMetrics = async (options: ServeMetricsOptions): Promise<MetricsServer | undefined> => {
  const { configuration, client, metrics, log } = options;
  const address = parseBindAddress(configuration.metrics.bindAddress);
  if (address === undefined) return undefined;
  const authorize = createAccessReviewer({ client, log });
  const listen = (keyPair: KeyPair): Promise<MetricsServer> =>
    listenMetrics({ ...address, keyPair, tls: configuration.tls, authorize, metrics });

  const onChange = (pair: KeyPair): void => server?.swapCertificate(pair);
  const source = areFilesThere()
    ? await createFileSource({ directory: DIRECTORY, log, onChange })
    : await createLocalhostSource({ clock: systemClock, log, onChange });
  const server: MetricsServer | undefined = await listen(source.current());
  return {
    ...server,
    close: async () => {
      source.stop();
      await server.close();
    },
  };
};

import type { Address } from './bind.ts';
import { bind } from './bind.ts';
import { type MetricsAppOptions, createMetricsApp } from './metrics-app.ts';
import { type KeyPair, buildTLSOptions } from './tls-options.ts';

export type MetricsServer = {
  readonly address: Address;
  /** New connections get the new certificate; throws, and keeps the old one, when the pair is no good. */
  readonly swapCertificate: (keyPair: KeyPair) => void;
  readonly close: () => Promise<void>;
};

/** Serves the metrics over HTTPS. Rejects when the key pair is no good or the port is taken. */
export const listenMetrics = async (options: MetricsAppOptions & Address): Promise<MetricsServer> => {
  const app = createMetricsApp(options);
  return {
    address: await bind(app, options),
    swapCertificate: (keyPair) => app.server.setSecureContext(buildTLSOptions(keyPair, options.tls)),
    close: async () => {
      await app.close();
    },
  };
};

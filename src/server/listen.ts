import type { Server } from 'node:https';
import Fastify from 'fastify';
import type { Logger } from '../telemetry/logger.ts';
import type { WebhookMetrics } from '../telemetry/webhook-metrics.ts';
import { addAdmissionRoutes } from './admission-plugin.ts';
import type { AdmissionOptions } from './admission-routes.ts';
import type { Address } from './bind.ts';
import { bind } from './bind.ts';
import type { KeyPair, TLSSettings } from './tls-options.ts';
import { buildTLSOptions } from './tls-options.ts';

export type ListenAdmissionOptions = AdmissionOptions & {
  /** '' listens on all interfaces. */
  readonly host: string;
  readonly port: number;
  readonly keyPair: KeyPair;
  readonly tls: TLSSettings;
  readonly logger: Logger;
  readonly metrics: WebhookMetrics;
  /** Those of production unless given. */
  readonly timeouts?: Timeouts;
};

/** How long clients may be silent. */
export type Timeouts = {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From there to the end of its body. Also the time for a handshake. */
  readonly requestMs: number;
  /** From an answer to the next request. */
  readonly keepAliveMs: number;
  /** How often it is looked for clients that have been silent for too long. */
  readonly checkMs: number;
};

export type AdmissionServer = {
  readonly address: Address;
  /** New connections get the new certificate; throws, and keeps the old one, when the pair is no good. */
  readonly swapCertificate: (keyPair: KeyPair) => void;
  /** From now on each answer closes its connection, so that clients move to another server before this one closes. */
  readonly drain: () => void;
  /** Answers what has been asked, then closes. */
  readonly close: () => Promise<void>;
};

const TIMEOUTS: Timeouts = {
  headersMs: 32_000,
  // Longer than the API server ever waits for an answer.
  requestMs: 35_000,
  // Longer than the 90 s of the API server: whoever closes an idle connection first must be the client, or its next request is lost.
  keepAliveMs: 120_000,
  checkMs: 5_000,
};
const MAX_HEADER_BYTES = 1024 * 1024;
/** After this, connections whose clients neither send nor close are cut; it has to fit into a pod's grace period, after the draining. */
const CLOSE_GRACE_MS = 2_000;

const createServer = ({ keyPair, tls, timeouts = TIMEOUTS }: ListenAdmissionOptions) => {
  const https = {
    ...buildTLSOptions(keyPair, tls),
    ALPNProtocols: ['http/1.1'],
    maxHeaderSize: MAX_HEADER_BYTES,
    handshakeTimeout: timeouts.requestMs,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkMs,
  };
  const app = Fastify({
    https,
    keepAliveTimeout: timeouts.keepAliveMs,
    requestTimeout: timeouts.requestMs,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // Reviews carry their own identifier.
    genReqId: () => '',
  });
  app.server.headersTimeout = timeouts.headersMs;
  return app;
};

const closeWithin = async (close: () => Promise<void>, server: Server): Promise<void> => {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await close();
  clearTimeout(timer);
};

/** Serves the webhooks over HTTPS. Rejects when the key pair is no good or the port is taken. */
export const listenAdmission = async (options: ListenAdmissionOptions): Promise<AdmissionServer> => {
  let isDraining = false;
  const app = createServer(options);
  addAdmissionRoutes(app, { ...options, isDraining: () => isDraining });
  const address = await bind(app, options);
  return {
    address,
    swapCertificate: (keyPair) => app.server.setSecureContext(buildTLSOptions(keyPair, options.tls)),
    drain: () => {
      isDraining = true;
    },
    close: () => closeWithin(() => app.close(), app.server),
  };
};

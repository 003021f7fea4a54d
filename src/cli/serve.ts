import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../api/configuration.ts';
import { createFileSource } from '../certs/file-source.ts';
import { parseBindAddress } from '../config/bind-address.ts';
import { bind } from '../server/bind.ts';
import { type HealthCheck, createHealthApp } from '../server/health-app.ts';
import { type AdmissionServer, listenAdmission } from '../server/listen.ts';
import { type Logger, createLogger } from '../telemetry/logger.ts';
import { type Metrics, createMetrics } from '../telemetry/metrics.ts';
import { BUILD } from './build-facts.ts';

import { operatorNamespace } from './operator-namespace.ts';
import { readSettings } from './read-settings.ts';
import { superviseReconciler } from './reconciler-supervisor.ts';

/** How long endpoints take to forget a pod that says it is not ready. */
const DRAIN_MS = 5_000;

type Closing = { readonly name: string; readonly close: () => Promise<void> };

const versionText = `Version: ${BUILD.version}\nBuild Date: ${BUILD.date}\nGit Commit: ${BUILD.commit}\n`;

const fail = (log: Logger, message: string, error: unknown): never => {
  log.error({ error }, message);
  process.exit(1);
};

const serveHealth = async (
  configuration: Configuration,
  ready: HealthCheck,
  alive: HealthCheck,
): Promise<FastifyInstance> => {
  const { healthProbeBindAddress, livenessEndpointName, readinessEndpointName } = configuration.health;
  const app = createHealthApp({
    livenessPath: livenessEndpointName,
    livenessChecks: [{ name: 'healthz', check: () => undefined }, alive],
    readinessPath: readinessEndpointName,
    readinessChecks: [{ name: 'readyz', check: () => undefined }, ready],
  });
  const address = parseBindAddress(healthProbeBindAddress);
  if (address !== undefined) await bind(app, address);
  return app;
};

type Admission = { readonly server: AdmissionServer; readonly stopFollowing: () => void };

const serveAdmission = async (configuration: Configuration, logger: Logger, metrics: Metrics): Promise<Admission> => {
  const { webhook, tls, gangSchedulingManagement } = configuration;
  let server: AdmissionServer | undefined;
  const source = await createFileSource({
    directory: webhook.certDir,
    log: logger,
    onRead: metrics.certificate.read,
    onFailure: metrics.certificate.readFailed,
    onChange: (pair) => {
      server?.swapCertificate(pair);
      metrics.certificate.expiresAt(pair.expires);
    },
  });
  metrics.certificate.expiresAt(source.current().expires);
  server = await listenAdmission({
    host: webhook.host,
    port: webhook.port,
    keyPair: source.current(),
    tls,
    gangScheduling: gangSchedulingManagement !== undefined,
    logger,
    metrics: metrics.webhook,
  });
  return { server, stopFollowing: source.stop };
};

/** Outside a cluster there are no endpoints to wait for. */
const drainMs = (): number => (process.env['KUBERNETES_SERVICE_HOST'] === undefined ? 0 : DRAIN_MS);

/**
 * Runs the manager until it is told to end: probes, admission, and the reconciler in a thread of its own, which starts from `entry`.
 * Exits 0 after a clean end, 1 when it cannot start, 2 when its arguments are wrong.
 */
export const serve = async (argv: readonly string[], entry: URL): Promise<void> => {
  const settings = await readSettings(argv, process.env);
  if (settings.kind === 'version') return void process.stdout.write(versionText);
  if (settings.kind === 'help') return void process.stdout.write(settings.text);
  if (settings.kind === 'refused') {
    process.stderr.write(`${settings.problem}\n`);
    process.exit(settings.exitCode);
  }
  const { configuration, kubeconfig, logLevel, webhooksEnabled } = settings;
  const log = createLogger({ level: logLevel });
  log.info({ configuration, version: BUILD.version }, 'Successfully loaded configuration');
  for (const warning of settings.warnings) log.warn({}, warning);
  const metrics = createMetrics();

  let admission: Admission | undefined;
  let draining = false;
  const identity = `${hostname()}_${randomUUID()}`;
  const namespace = operatorNamespace();
  const start = { configuration, kubeconfig, namespace, identity, logLevel };
  const reconciler = superviseReconciler(entry, start, log);
  const notReady = (): string | undefined => {
    if (draining) return 'shutting down';
    return webhooksEnabled && admission === undefined ? 'the admission server does not listen yet' : undefined;
  };
  const health = await serveHealth(
    configuration,
    { name: 'webhook', check: notReady },
    { name: 'reconciler', check: reconciler.problem },
  ).catch((error: unknown) => fail(log, 'the probe server cannot listen', error));
  if (webhooksEnabled)
    admission = await serveAdmission(configuration, log, metrics).catch((error: unknown) =>
      fail(log, `the admission server cannot start (certificates in ${configuration.webhook.certDir})`, error),
    );

  const closings: Closing[] = [
    { name: 'reconciler', close: reconciler.stop },
    { name: 'admission', close: async () => admission?.server.close() },
    { name: 'health', close: async () => void (await health.close()) },
  ];
  const end = async (signal: string): Promise<void> => {
    if (draining) process.exit(1);
    draining = true;
    log.info({ signal }, 'shutting down');
    admission?.stopFollowing();
    admission?.server.drain();
    await Promise.all([reconciler.stop(), new Promise((resolve) => setTimeout(resolve, drainMs()))]);
    for (const { name, close } of closings)
      await close().catch((error: unknown) => log.error({ error, name }, 'could not close'));
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
};

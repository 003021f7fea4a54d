import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Configuration } from '../api/configuration.ts';
import { type Logger, createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { BUILD } from './build-facts.ts';
import { endOnSignal } from './end-on-signal.ts';
import { explainError } from './explain-error.ts';
import { createLazyClient } from './lazy-client.ts';
import { operatorNamespace } from './operator-namespace.ts';
import { type Settings, readSettings } from './read-settings.ts';
import { superviseReconciler } from './reconciler-supervisor.ts';
import { type Admission, serveAdmission } from './serve-admission.ts';
import { serveMetrics } from './serve-metrics.ts';
import { serveProbes } from './serve-probes.ts';
import { toggleDebugLog } from './toggle-debug-log.ts';

/** How long endpoints take to forget a pod that says it is not ready. */
const DRAIN_MS = 5_000;

const versionText = `Version: ${BUILD.version}\nBuild Date: ${BUILD.date}\nGit Commit: ${BUILD.commit}\n`;

/** Outside a cluster there are no endpoints to wait for. */
const drainMs = (): number => (process.env['KUBERNETES_SERVICE_HOST'] === undefined ? 0 : DRAIN_MS);

/** Policies by name alone: their schemas may be long, and are nobody's business. */
const withoutSchemas = ({ policies, ...rest }: Configuration): object =>
  policies === undefined ? rest : { ...rest, policies: policies.map(({ name }) => name) };

const orExit =
  (log: Logger, message: string) =>
  (error: unknown): never => {
    const sentence = explainError(error);
    if (sentence === undefined) log.error({ error }, message);
    else log.error({}, `${message}: ${sentence}`);
    process.exit(1);
  };

const run = async (settings: Extract<Settings, { kind: 'serve' }>, entry: URL): Promise<void> => {
  const { configuration, configurationFile, kubeconfig, logLevel, webhooksEnabled } = settings;
  const log = createLogger({ level: logLevel });
  log.info(
    { configuration: withoutSchemas(configuration), version: BUILD.version },
    'Successfully loaded configuration',
  );
  for (const warning of settings.warnings) log.warn({}, warning);
  const metrics = createMetrics();
  const client = createLazyClient(kubeconfig, metrics.restClient);
  // Without a way to the API server nothing of this is of use, even if it could answer reviews for a while.
  await client().catch(orExit(log, 'the API server cannot be found'));
  const namespace = operatorNamespace();
  const identity = `${hostname()}_${randomUUID()}`;

  const reconciler = superviseReconciler(entry, { configuration, kubeconfig, namespace, identity, logLevel }, log);
  toggleDebugLog(log, reconciler.setLogLevel);

  let isDraining = false;
  let admission: Admission | undefined;
  const admissionProblem = (): string | undefined =>
    admission === undefined ? 'the admission server has not started yet' : admission.problem();
  const cachesProblem = (): string | undefined => {
    const unsynced = reconciler.unsynced();
    return unsynced === undefined ? undefined : `the caches are not complete yet (${unsynced})`;
  };
  const probes = serveProbes(configuration, {
    alive: [{ name: 'reconciler', check: reconciler.problem }],
    ready: [
      { name: 'shutdown', check: () => (isDraining ? 'shutting down' : undefined) },
      { name: 'webhook', check: () => (webhooksEnabled ? admissionProblem() : undefined) },
      { name: 'caches', check: cachesProblem },
    ],
  }).catch(orExit(log, 'the probe server cannot listen'));

  const metricsServer = serveMetrics({
    configuration,
    client,
    metrics: {
      contentType: metrics.contentType,
      read: async () => metrics.read([await reconciler.readMetrics()]),
    },
    log,
  }).catch(orExit(log, 'the metrics server cannot start'));

  endOnSignal({
    drain: () => {
      isDraining = true;
      admission?.drain();
    },
    meanwhile: [{ name: 'reconciler', close: reconciler.stop }],
    drainMs: drainMs(),
    closings: [
      { name: 'admission', close: async () => admission?.close() },
      { name: 'metrics', close: async () => (await metricsServer)?.close() },
      { name: 'probes', close: async () => (await probes).close() },
    ],
    log,
  });

  await probes;
  if (!webhooksEnabled) return;
  const onFailure = orExit(log, 'the admission server cannot start');
  admission = await serveAdmission({
    configuration,
    configurationFile,
    namespace,
    client,
    log,
    metrics,
    onFailure,
  }).catch(onFailure);
};

/**
 * Runs the manager until it is told to end: probes, metrics, admission, and the reconciler in a thread of its own, which starts from `entry`.
 * Exits 0 after a clean end, 1 when it cannot start, 2 when its arguments are wrong.
 */
export const serve = async (argv: readonly string[], entry: URL): Promise<void> => {
  const settings = await readSettings(argv, process.env);
  if (settings.kind === 'serve') return run(settings, entry);
  if (settings.kind === 'version') return void process.stdout.write(versionText);
  if (settings.kind === 'help') return void process.stdout.write(settings.text);
  process.stderr.write(`${settings.problem}\n`);
  process.exit(settings.exitCode);
};

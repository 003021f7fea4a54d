import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createReconcilers } from '../controller/reconcilers.ts';
import { connect } from '../kube/connection.ts';
import { type Term, runWithLease } from '../kube/leader-lease.ts';
import { createRestClient } from '../kube/rest-client.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createReconcilerMetrics } from '../telemetry/reconciler-metrics.ts';
import { userAgent } from './build-facts.ts';
import { yieldToOthers } from './yield-to-others.ts';
import type { FromReconciler, ReconcilerSettings, ToReconciler } from './reconciler-messages.ts';

const HEARTBEAT_MS = 1_000;

/**
 * The reconciler's thread: apart from admission, so that a relist or a storm of reconciles delays no review. It ends when it is told to,
 * or when it has lost the lease; whoever started it starts it again.
 */
export const runReconcilerThread = async (): Promise<void> => {
  const port = parentPort as MessagePort;
  const { configuration, kubeconfig, namespace, identity, logLevel, isSuccessor } = workerData as ReconcilerSettings;
  yieldToOthers();
  const log = createLogger({ level: logLevel, fields: { thread: 'reconciler' } });
  const metrics = createReconcilerMetrics();
  const stop = new AbortController();
  const { signal } = stop;
  let leading = false;
  let term: Term | undefined;

  const connection = await connect({ kubeconfig, env: process.env });
  const { qps, burst } = configuration.clientConnection;
  const client = createRestClient({
    connection,
    userAgent: userAgent(),
    qps,
    burst,
    isUnhurried: isSuccessor,
    metrics: metrics.restClient,
    beforeSend: () => term?.check(),
  });
  const reconcilers = createReconcilers({
    client,
    gangScheduling: configuration.gangSchedulingManagement !== undefined,
    instance: `leaderworkerset-${identity}`,
    log,
    metrics: {
      ...metrics.informer,
      ...metrics.controller,
      queue: metrics.workQueue,
      groups: metrics.groups,
    },
  });

  const send = (message: FromReconciler): void => port.postMessage(message);
  port.on('message', (message: ToReconciler) => {
    if (message.kind === 'stop') stop.abort();
    else if (message.kind === 'logLevel') log.setLevel(message.level);
    else void metrics.readFamilies().then((families) => send({ kind: 'metrics', id: message.id, families }));
  });
  const tellThatAlive = (): void => send({ kind: 'alive', leading, unsynced: reconcilers.unsynced() });
  const heartbeat = setInterval(tellThatAlive, HEARTBEAT_MS);

  const watching = reconcilers.watch(signal);
  void reconcilers.synced().then(tellThatAlive);
  const lead = async (leaderSignal: AbortSignal): Promise<void> => {
    await reconcilers.synced();
    if (leaderSignal.aborted) return;
    leading = true;
    log.info({}, 'reconciling');
    await reconcilers.reconcile(leaderSignal);
    leading = false;
  };

  try {
    await (configuration.leaderElection.leaderElect ? leadWithLease() : lead(signal));
  } finally {
    stop.abort();
    await watching;
    clearInterval(heartbeat);
    connection.close();
    port.close();
  }

  async function leadWithLease(): Promise<void> {
    const { resourceName, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = configuration.leaderElection;
    const lease = { namespace, name: resourceName, identity, leaseDurationMs, renewDeadlineMs, retryPeriodMs };
    const onStarted = (leaderSignal: AbortSignal, started: Term): Promise<void> => {
      term = started;
      return lead(leaderSignal);
    };
    await runWithLease({ client, ...lease, signal, onStarted, log, metrics: metrics.leaderElection });
  }
};

import { createReconcilers } from '../../src/controller/reconcilers.ts';
import { type Clock, systemClock } from '../../src/kube/clock.ts';
import { connect } from '../../src/kube/connection.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';
import { createQuietLog } from '../kube/quiet-log.ts';
import { holdLease } from './hold-lease.ts';
import type { ControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';

/** How many seconds pass for the reconcilers in one of ours. */
const SPEED = 60;

const fastClock: Clock = {
  now: () => systemClock.now(),
  monotonicMs: () => systemClock.monotonicMs() * SPEED,
  after: (ms, callback, options) => systemClock.after(ms / SPEED, callback, options),
};

export interface FastReconciler {
  /** Lines of its log, which only speaks of what went wrong. */
  readonly lines: readonly string[];
  stop: () => Promise<void>;
}

/** Starts a manager that only reviews and, in this process, reconcilers for which ten minutes take ten seconds. Both write as the manager, with gang scheduling. */
export async function startFastReconciler(cluster: ControlPlane): Promise<FastReconciler> {
  await holdLease(cluster.client);
  const gangSchedulingManagement = { schedulerProvider: 'volcano' };
  await startManager(cluster, { configuration: { leaderElection: { leaderElect: true }, gangSchedulingManagement } });
  const kubeconfig = await cluster.kubeconfigForServiceAccount('lws-system', 'lws-controller-manager');
  const connection = await connect({ kubeconfig, env: {} });
  const client = createRestClient({ connection, userAgent: 'lws/test', qps: 0, burst: 0 });
  const { log, lines } = createQuietLog();
  const reconcilers = createReconcilers({ client, gangScheduling: true, instance: 'fast', log, clock: fastClock });
  const end = new AbortController();
  const watching = reconcilers.watch(end.signal);
  await reconcilers.synced();
  const reconciling = reconcilers.reconcile(end.signal);
  return {
    lines,
    stop: async () => {
      end.abort();
      await Promise.all([watching, reconciling]);
      connection.close();
    },
  };
}

import type { GroupFigures } from '../../src/api/groups.ts';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createReconcilerMetrics } from '../../src/telemetry/reconciler-metrics.ts';
import { type Exposed, readFamilies } from './read-families.ts';

const KINDS = ['LeaderWorkerSet', 'Pod', 'StatefulSet', 'Service', 'ControllerRevision', 'PodGroup'];
const CONTROLLERS = ['leaderworkerset', 'pod'];

const FIGURES: GroupFigures = {
  groups: { missing: 1, pending: 1, unready: 1, ready: 1, terminating: 1 },
  outdated: 1,
  longestNotReadySeconds: 1,
  rollouts: 1,
  longestRolloutSeconds: 1,
};

const tellOfAdmission = ({ webhook, policy, certificate, restClient }: ReturnType<typeof createMetrics>): void => {
  for (const path of Object.values(WEBHOOK_PATH)) {
    const recorder = webhook.forPath(path);
    recorder.started();
    recorder.decided('allowed');
    recorder.finished(200, 0.001);
  }
  webhook.panicked();
  policy.loaded([]);
  policy.reloadFailed();
  for (const enforcement of ['deny', 'warn', 'audit'])
    for (const decision of ['allowed', 'denied', 'warned', 'audited', 'tolerated'])
      policy.decided('a', enforcement, decision);
  certificate.read();
  certificate.readFailed();
  certificate.expiresAt(new Date(0));
  for (const kind of ['mutating', 'validating']) certificate.registered(`lws-${kind}-webhook-configuration`, true);
  restClient.requests({ method: 'GET', host: 'a', code: '200' });
  restClient.requestSeconds({ verb: 'GET', host: 'a' }, 1);
};

const tellOfReconciler = (metrics: ReturnType<typeof createReconcilerMetrics>): void => {
  const { controller, groups, informer, leaderElection, workQueue } = metrics;
  for (const name of CONTROLLERS) {
    controller.workers(name, 1);
    controller.activeWorkers(name, 1);
    controller.reconciled({ controller: name, result: 'success' }, 1);
    workQueue.depth(name, 1);
    workQueue.adds(name);
    workQueue.retries(name);
    workQueue.queueSeconds(name, 1);
    workQueue.workSeconds(name, 1);
    workQueue.observeRunning(name, () => ({ total: 1, longest: 1 }));
  }
  for (const kind of KINDS) {
    for (const type of ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']) informer.events({ kind, type });
    informer.relists({ kind });
    informer.watchFailures({ kind });
    informer.objects({ kind }, 1);
    informer.observeAge({ kind }, () => 1);
  }
  leaderElection.isLeader('a', true);
  leaderElection.slow('a');
  groups.leads(() => FIGURES);
};

/** The text that a scrape answers when everything that the manager can tell of has happened once. */
const scrape = async (): Promise<string> => {
  const main = createMetrics();
  const reconciler = createReconcilerMetrics();
  tellOfAdmission(main);
  tellOfReconciler(reconciler);
  return main.read([await reconciler.readFamilies()]);
};

/** Every metric family that the manager exposes. */
export const exposeEverything = async (): Promise<ReadonlyMap<string, Exposed>> => readFamilies(await scrape());

import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge } from '@prometheus-io/client';

type Named = { readonly name: string; readonly enforcement: string };

export type PolicyRecorder = {
  /** Counts what a policy said of a request. */
  readonly decided: (policy: string, enforcement: string, decision: string) => void;
  /** These policies are in force from now on; what was counted of others is dropped. */
  readonly loaded: (policies: readonly Named[]) => void;
  /** A new version of the policies was refused. */
  readonly reloadFailed: () => void;
};

/** Label values: there are as many series as policies, times the decisions there are. */
type Tally = { readonly policy: string; readonly enforcement: string; readonly decision: string; count: number };

const createDecisionCounter = (registry: Registry, tallies: ReadonlyMap<string, Tally>) =>
  new Counter({
    name: 'lws_policy_decisions_total',
    help: 'Total number of decisions of admission policies about LeaderWorkerSets.',
    labelNames: ['policy', 'enforcement', 'decision'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { count, ...labels } of tallies.values()) this.inc(labels, count);
    },
  });

const createReloadCounter = (registry: Registry) =>
  new Counter({
    name: 'lws_policy_reloads_total',
    help: 'Total number of times that a new version of the policies was read, by whether it is in force.',
    labelNames: ['result'],
    registers: [registry],
  });

const createSuccessGauge = (registry: Registry) =>
  new Gauge({
    name: 'lws_policy_last_reload_successful',
    help: 'Whether the policies in force are those in the files: 0 when the newest version was refused.',
    registers: [registry],
  });

/** The metrics of the admin's policies. */
export const createPolicyMetrics = (registry: Registry): PolicyRecorder => {
  const tallies = new Map<string, Tally>();
  createDecisionCounter(registry, tallies);
  const reloads = createReloadCounter(registry);
  const succeeded = createSuccessGauge(registry);
  // Nothing has been refused yet, and nothing may ever be read where there are no webhooks.
  succeeded.set(1);
  return {
    decided: (policy, enforcement, decision) => {
      const key = `${policy} ${enforcement} ${decision}`;
      const tally = tallies.get(key) ?? { policy, enforcement, decision, count: 0 };
      tally.count += 1;
      tallies.set(key, tally);
    },
    loaded: (policies) => {
      const kept = new Set(policies.map(({ name, enforcement }) => `${name} ${enforcement}`));
      for (const [key, { policy, enforcement }] of tallies)
        if (!kept.has(`${policy} ${enforcement}`)) tallies.delete(key);
      reloads.inc({ result: 'success' });
      succeeded.set(1);
    },
    reloadFailed: () => {
      reloads.inc({ result: 'failure' });
      succeeded.set(0);
    },
  };
};

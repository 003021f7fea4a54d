import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { COUNTED_STATES, type GroupFigures, RESTART_CAUSES, type RestartCause } from '../api/groups.ts';
import type { MetricFamilies } from './merge-metrics.ts';

export type GroupRecorder = {
  /** This process leads from now on and tells of groups; what changes with time is asked of `read` at every scrape. */
  readonly leads: (read: () => GroupFigures) => void;
  /** Another process leads and tells of them. */
  readonly follows: () => void;
  readonly restarted: (cause: RestartCause) => void;
  /** An incarnation of a group became ready for the first time, so long after the creation of its leader. */
  readonly becameReady: (seconds: number) => void;
  readonly rolledOut: (seconds: number) => void;
};

/** From pods that have their image and start at once to models that take hours to load. */
const READY_BUCKETS = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
const ROLLOUT_BUCKETS = [5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400];

const createGauges = (registers: Registry[]) => {
  const create = (name: string, help: string) => new Gauge({ name, help, registers });
  return {
    groups: new Gauge({
      name: 'lws_groups',
      help: 'Number of groups by state; each is in one of them.',
      labelNames: ['state'],
      registers,
    }),
    outdated: create(
      'lws_groups_outdated',
      'Number of groups whose pods are of an older template than that of their set.',
    ),
    notReady: create(
      'lws_group_longest_not_ready_seconds',
      'For how long the group has not been ready that has not been for longest, as far as this process has seen.',
    ),
    rollouts: create('lws_rollouts_in_progress', 'Number of sets whose groups are being updated.'),
    rollout: create('lws_rollout_longest_running_seconds', 'For how long the oldest rollout has been under way.'),
  };
};

const show = (gauges: ReturnType<typeof createGauges>, figures: GroupFigures): void => {
  for (const state of COUNTED_STATES) gauges.groups.set({ state }, figures.groups[state]);
  gauges.outdated.set(figures.outdated);
  gauges.notReady.set(figures.longestNotReadySeconds);
  gauges.rollouts.set(figures.rollouts);
  gauges.rollout.set(figures.longestRolloutSeconds);
};

const createRestartCounter = (registers: Registry[]) => {
  const restarts = new Counter({
    name: 'lws_group_restarts_total',
    help: 'Total number of times that a group had to start over, by what happened to one of its pods.',
    labelNames: ['cause'],
    registers,
  });
  // All series are there from the start, so that their rates can be computed.
  for (const cause of RESTART_CAUSES) restarts.inc({ cause }, 0);
  return restarts;
};

/**
 * The metrics of groups and rollouts. Only the process that leads can tell of them: `readFamilies` is empty elsewhere, so that sums over all replicas are right.
 */
export const createGroupMetrics = (): GroupRecorder & { readonly readFamilies: () => Promise<MetricFamilies> } => {
  const registry = new Registry();
  const registers = [registry];
  const gauges = createGauges(registers);
  const restarts = createRestartCounter(registers);
  const ready = new Histogram({
    name: 'lws_group_ready_duration_seconds',
    help: 'Seconds from the creation of a leader until all pods of its group were ready for the first time.',
    buckets: READY_BUCKETS,
    registers,
  });
  const rollout = new Histogram({
    name: 'lws_rollout_duration_seconds',
    help: 'Seconds that a rollout took, from the new template until all groups that may have it were ready with it.',
    buckets: ROLLOUT_BUCKETS,
    registers,
  });
  let readFigures: (() => GroupFigures) | undefined;
  return {
    leads: (read) => {
      readFigures = read;
    },
    follows: () => {
      readFigures = undefined;
    },
    restarted: (cause) => restarts.inc({ cause }),
    becameReady: (seconds) => ready.observe(seconds),
    rolledOut: (seconds) => rollout.observe(seconds),
    readFamilies: async () => {
      if (readFigures === undefined) return [];
      show(gauges, readFigures());
      return registry.getMetricsAsJSON();
    },
  };
};

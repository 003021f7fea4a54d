import type { GroupChanges } from './simulated-leaders.ts';

/** What happens at once in a rollout: after a change, or when groups have become ready. */
export type RolloutStep = GroupChanges & {
  /** Counts from 1. */
  readonly step: number;
  /** The groups that became ready since the step before; none in the first step. */
  readonly ready: readonly number[];
  /** The groups that were waited for until this step, and are no longer. */
  readonly givenUp: readonly number[];
  /** Leaders that the StatefulSet has after this step, surge included. */
  readonly replicas: number;
  readonly partition: number;
  /** Ready groups after this step; with the next step there are more before there are fewer. */
  readonly available: number;
  /** Ready groups of the new template after this step. */
  readonly updated: number;
  readonly why: string;
};

/**
 * How a rollout ends: with every group replaced, with the user's partition holding some back, or with a StatefulSet controller that replaces none
 * of the rest because too many others are not ready.
 */
export type RolloutOutcome = 'complete' | 'held' | 'stuck';

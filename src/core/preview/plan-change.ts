import type { LeaderWorkerSet, RollingUpdateConfiguration } from '../../api/leader-worker-set.ts';
import type { JsonObject } from '../canonical/json.ts';
import { groupSize } from '../desired/pod-template.ts';
import { rollingPaths } from '../revision/rolling-paths.ts';
import { type Rollout, readRollout } from '../rollout/read-rollout.ts';
import { admitChange } from './admit-change.ts';
import { newSet } from './new-set.ts';
import { type RolloutSteps, planSteps } from './plan-steps.ts';
import type { RolloutChange } from './simulate-rollout.ts';
import type { Pace } from './simulated-group.ts';

/** Indexes from `first` to `last`, both included. */
export type IndexRange = { readonly first: number; readonly last: number };

type PlanOptions = {
  /** For a set that names none. */
  readonly namespace: string;
  /** The groups that are ready when the change is made; absent: all. */
  readonly ready: readonly IndexRange[] | undefined;
};

/** What a change of a set does to its groups. */
export type ChangePlan = {
  readonly before: LeaderWorkerSet;
  readonly after: LeaderWorkerSet;
  /** The paths whose change rolls pods; none when the revision stays the same. */
  readonly paths: readonly string[];
  readonly rolloutBefore: Rollout;
  readonly rollout: Rollout;
  /** The strategy as it is written, percentages included. */
  readonly strategy: RollingUpdateConfiguration;
  readonly leadersFirst: boolean;
  /** Ready groups that a rollout of ready groups leaves in any order of events, while nothing else breaks one; undefined for other changes. */
  readonly floor: number | undefined;
  /** The steps for each pace of the StatefulSet controller; undefined when there are too many groups to play. */
  readonly played: Readonly<Record<Pace, RolloutSteps>> | undefined;
};

type Planning = {
  readonly plan: ChangePlan | undefined;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
};

/** Groups that are played: a step or more each, which is as much as anybody reads and takes a second or two. */
export const MAX_PLAYED_GROUPS = 1_000;

const isIn = (ranges: readonly IndexRange[], index: number): boolean =>
  ranges.some(({ first, last }) => first <= index && index <= last);

const findUnknownGroup = (ready: readonly IndexRange[], replicas: number): string | undefined => {
  const last = Math.max(...ready.map((range) => range.last));
  return last < replicas
    ? undefined
    : `there is no group ${last} to be ready: replicas is ${replicas} as it is now, and groups count from 0`;
};

const floorOf = (before: Rollout, wanted: Rollout, isReady: (index: number) => boolean): number | undefined => {
  for (let index = 0; index < before.replicas; index += 1) if (!isReady(index)) return undefined;
  return Math.max(0, Math.min(before.replicas, wanted.replicas - wanted.maxUnavailable));
};

const play = (change: Omit<RolloutChange, 'pace'>, sizes: { old: number; new: number }): ChangePlan['played'] => {
  const { before, wanted } = change;
  if (Math.max(before.replicas, wanted.replicas + wanted.maxSurge) > MAX_PLAYED_GROUPS) return undefined;
  return {
    oneByOne: planSteps({ ...change, pace: 'oneByOne' }, sizes),
    maxUnavailable: planSteps({ ...change, pace: 'maxUnavailable' }, sizes),
  };
};

const planAdmitted = (before: LeaderWorkerSet, after: LeaderWorkerSet, { ready }: PlanOptions): ChangePlan => {
  const rolloutBefore = readRollout(before);
  const rollout = readRollout(after);
  const paths = rollingPaths(before, after);
  const isNewRevision = paths.length > 0;
  const leadersFirst = after.spec.startupPolicy === 'LeaderReady' && groupSize(after) > 1;
  const change = {
    before: rolloutBefore,
    wanted: rollout,
    isNewRevision,
    isGivenUpAtFirst: false,
    isReady: (index: number): boolean => ready === undefined || isIn(ready, index),
    leadersFirst,
  };
  return {
    before,
    after,
    paths,
    rolloutBefore,
    rollout,
    strategy: after.spec.rolloutStrategy?.rollingUpdateConfiguration ?? {},
    leadersFirst,
    floor: isNewRevision ? floorOf(rolloutBefore, rollout, change.isReady) : undefined,
    played: play(change, { old: groupSize(before), new: groupSize(after) }),
  };
};

/**
 * Tells what becomes of the groups of a set when its manifest changes from `old` to `next`, step by step, or why admission would refuse that.
 * The set is taken to be at rest, with all groups of the old template.
 */
export const planChange = (old: JsonObject, next: JsonObject, options: PlanOptions): Planning => {
  const previous = newSet(old, options.namespace);
  const admission = admitChange(previous, newSet(next, options.namespace));
  if (admission.kind === 'refused') return { plan: undefined, errors: admission.errors, warnings: admission.warnings };
  const { before, after, warnings } = admission;
  const unknown = findUnknownGroup(options.ready ?? [], readRollout(before).replicas);
  if (unknown !== undefined) return { plan: undefined, errors: [unknown], warnings };
  return { plan: planAdmitted(before, after, options), errors: [], warnings };
};

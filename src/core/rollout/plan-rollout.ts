import type { Rollout } from './read-rollout.ts';

/** What a rollout needs to know of one group. */
export type GroupState = {
  /** Leader and workers are ready. */
  readonly ready: boolean;
  /** Leader and workers have the current revision. */
  readonly updated: boolean;
  /** Its leader is not ready, and is not waited for any more. */
  readonly leaderGivenUp?: true;
};

/** The leader StatefulSet as it is now, with the state of the groups 0 … replicas − 1. */
export type RolloutState = {
  readonly replicas: number;
  readonly partition: number;
  /** What `spec.replicas` of the set was at the last apply; undefined when it cannot be read. */
  readonly appliedReplicas: number | undefined;
  readonly groups: readonly GroupState[];
};

/** How far to go now: leaders that the StatefulSet shall have, and the index below which they keep their revision. */
export type RolloutPlan = { readonly replicas: number; readonly partition: number };

export type RolloutOptions = {
  readonly wanted: Rollout;
  /** The template has just changed. */
  readonly isNewRevision: boolean;
  /** Absent: there is no leader StatefulSet yet. */
  readonly state: RolloutState | undefined;
};

const NO_GROUP: GroupState = { ready: false, updated: false };

/** The desired groups and as many surge groups as make up for those that are `unready`; what max unavailable covers needs none. */
const withSurge = ({ replicas, maxUnavailable, maxSurge }: Rollout, unready: number): number =>
  unready <= maxSurge ? replicas + Math.max(0, unready - maxUnavailable) : replicas + maxSurge;

const isDone = ({ ready, updated }: GroupState): boolean => ready && updated;

const countReady = (groups: readonly GroupState[]): number => groups.filter(({ ready }) => ready).length;

const countUnready = ({ replicas }: Rollout, groups: readonly GroupState[]): number => {
  let done = 0;
  for (let i = 0; i < replicas && i < groups.length; i += 1) if (isDone(groups[i] ?? NO_GROUP)) done += 1;
  return replicas - done;
};

const countDoneAtEnd = (groups: readonly GroupState[]): number => {
  let done = 0;
  while (done < groups.length && isDone(groups[groups.length - 1 - done] ?? NO_GROUP)) done += 1;
  return done;
};

/**
 * The lowest partition that puts no more good groups at risk than may be missing. Groups with the old template at or above the partition may all go at
 * once, as the StatefulSet's pace is not ours; broken ones, and those that are new already, cost nothing.
 */
const lowestAffordable = ({ replicas, maxUnavailable }: Rollout, groups: readonly GroupState[]): number => {
  let spare = countReady(groups) - (replicas - maxUnavailable);
  let partition = groups.length;
  for (const { ready, updated } of groups.toReversed()) {
    if (ready && !updated) spare -= 1;
    if (ready && !updated && spare < 0) break;
    partition -= 1;
  }
  return partition;
};

/**
 * The partition by upstream's rule: `step` groups beyond the finished end may be replaced at once, fewer when groups below are broken, and more
 * when the next ones in line are broken or new already, as replacing these costs nothing.
 */
const steppedPartition = ({ replicas, maxUnavailable }: Rollout, groups: readonly GroupState[]): number => {
  const total = groups.length;
  const lowest = Math.max(0, total - countDoneAtEnd(groups) - (maxUnavailable + total - replicas));
  const broken = groups.slice(0, lowest).filter(({ ready }) => !ready).length;
  let partition = lowest + broken;
  for (let i = Math.min(partition, total - 1); i >= lowest; i -= 1) {
    const group = groups[i] ?? NO_GROUP;
    if (group.ready && !group.updated) break;
    partition = i;
  }
  return partition;
};

/**
 * Upstream's rule overlooks broken groups between those that it releases and a good one above them: a second template change while two groups of a
 * rollout are under way would take a third. So it never goes below what is affordable. Nor does it pass a broken group under a good one when nothing
 * is to spare: the group below cannot be reached without releasing the one above. Such a group becomes ready again, or is sent back when the rollout
 * left it there (see `findStrandedGroups`); otherwise the user has to allow one more to be unavailable.
 */
const nextPartition = (wanted: Rollout, groups: readonly GroupState[], kept: number): number =>
  Math.max(steppedPartition(wanted, groups), lowestAffordable(wanted, groups.slice(0, kept)));

/**
 * How many groups to keep where `replicas` would do by their number: ready surge groups stay while too few others are ready. Upstream's rule
 * goes by number alone, so that the surge group it leaves may be one that is not ready.
 */
const keepNeeded = (wanted: Rollout, groups: readonly GroupState[], replicas: number): number => {
  const most = Math.min(groups.length, wanted.replicas + wanted.maxSurge);
  let missing = wanted.replicas - wanted.maxUnavailable - countReady(groups.slice(0, replicas));
  let kept = replicas;
  for (let i = replicas; i < most && missing > 0; i += 1)
    if (groups[i]?.ready === true) {
      kept = i + 1;
      missing -= 1;
    }
  return kept;
};

/**
 * Nothing that is to stay is replaced yet. Groups beyond the desired ones may go at once; but the surge groups of a rollout that this one
 * interrupts stay as well where they make up for groups under way.
 */
const startRollout = (wanted: Rollout, groups: readonly GroupState[]): RolloutPlan => {
  const replicas = keepNeeded(wanted, groups, withSurge(wanted, wanted.replicas));
  return { partition: Math.max(wanted.replicas, lowestAffordable(wanted, groups.slice(0, replicas))), replicas };
};

/**
 * True when every group that may be replaced has been released and no surge group exists. Then nothing is left for surge groups to make up for: a
 * group that starts or restarts needs none, be the user's partition zero or not, and a set that shrinks has none to keep.
 */
const isResting = (wanted: Rollout, { replicas, partition, appliedReplicas }: RolloutState): boolean =>
  partition <= wanted.partition && (replicas === wanted.replicas || replicas === appliedReplicas);

const plan = ({ wanted, isNewRevision, state }: RolloutOptions): RolloutPlan => {
  if (state === undefined) return { partition: 0, replicas: wanted.replicas };
  const { replicas: now, partition, appliedReplicas, groups } = state;
  const isScaleUp = now < wanted.replicas;
  if (isNewRevision && isScaleUp) return { partition: now, replicas: wanted.replicas };
  if (isNewRevision) return startRollout(wanted, groups);
  if (isScaleUp || isResting(wanted, state)) return { partition, replicas: wanted.replicas };
  const replicas = keepNeeded(wanted, groups, withSurge(wanted, countUnready(wanted, groups)));
  if (appliedReplicas !== wanted.replicas)
    return { partition: Math.min(partition, wanted.replicas + wanted.maxSurge), replicas };
  return { partition: Math.min(partition, nextPartition(wanted, groups, replicas)), replicas };
};

/**
 * Decides how far a rolling update may go now. In words:
 * - a new set starts with all its groups; at rest only its size changes;
 * - a new revision starts with partition = number of groups: nothing is replaced yet, surge groups are added, and those of a rollout that it interrupts
 *   are kept for as long as they are needed;
 * - groups of a scale-up lie above the partition, so they start with the new revision;
 * - a change of replicas in mid-rollout resizes first, and goes on with the next pass;
 * - otherwise the partition moves down as groups become ready, never up, and surge groups go as soon as the unready ones fit into max unavailable;
 * - the user's partition is honoured in every case.
 */
export const planRollout = (options: RolloutOptions): RolloutPlan => {
  const planned = plan(options);
  return { ...planned, partition: Math.max(planned.partition, options.wanted.partition) };
};

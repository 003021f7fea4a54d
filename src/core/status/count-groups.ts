import { type Group, isGroupReady, isGroupUpdated, leaderGroupSize } from '../observed/group.ts';
import type { Rollout } from '../rollout/read-rollout.ts';

/** How many groups are where. "In range" are those that a rollout may update: partition ≤ index < replicas. */
export type GroupCounts = {
  readonly ready: number;
  readonly updated: number;
  readonly readyDesired: number;
  readonly inRange: number;
  readonly updatedInRange: number;
  readonly updatedAndReadyInRange: number;
};

const NONE: GroupCounts = {
  ready: 0,
  updated: 0,
  readyDesired: 0,
  inRange: 0,
  updatedInRange: 0,
  updatedAndReadyInRange: 0,
};

/** Upstream: a group whose worker StatefulSet is still to come counts nowhere. */
const isCounted = ({ leader, workerStatefulSet }: Group, size: number): boolean =>
  leaderGroupSize(leader, size) === 1 || workerStatefulSet !== undefined;

/** Counts groups by readiness and revision, those of surge included where not said otherwise. */
export const countGroups = (
  groups: readonly Group[],
  { replicas, partition }: Pick<Rollout, 'replicas' | 'partition'>,
  size: number,
  revisionKey: string,
): GroupCounts => {
  const counts: { -readonly [K in keyof GroupCounts]: number } = { ...NONE };
  for (const group of groups) {
    if (!isCounted(group, size)) continue;
    const ready = isGroupReady(group, size);
    const updated = isGroupUpdated(group, size, revisionKey);
    const inRange = partition <= group.index && group.index < replicas;
    counts.ready += Number(ready);
    counts.updated += Number(updated);
    counts.readyDesired += Number(ready && group.index < replicas);
    counts.inRange += Number(inRange);
    counts.updatedInRange += Number(inRange && updated);
    counts.updatedAndReadyInRange += Number(inRange && updated && ready);
  }
  return counts;
};

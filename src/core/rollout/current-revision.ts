import { type Group, isGroupReady } from '../observed/group.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';

/** The label by which the StatefulSet controller tells the revision of a leader. */
const CONTROLLER_REVISION = 'controller-revision-hash';

/**
 * True for a group of the StatefulSet's current revision: the last one that all leaders were ready with (or the first), with which the StatefulSet
 * controller recreates leaders below the partition.
 */
export const isOfCurrentRevision = (statefulSet: ObservedLeaderStatefulSet, { leader }: Group): boolean => {
  const current = statefulSet.status?.currentRevision;
  return current !== undefined && leader.metadata.labels?.[CONTROLLER_REVISION] === current;
};

/** True when there are groups of the current revision and none of them is ready: that revision is bad, as far as one can see. */
export const isCurrentRevisionBroken = (
  statefulSet: ObservedLeaderStatefulSet,
  groups: readonly Group[],
  size: number,
): boolean => {
  const current = groups.filter((group) => isOfCurrentRevision(statefulSet, group));
  return current.length > 0 && !current.some((group) => isGroupReady(group, size));
};

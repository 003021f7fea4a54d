import { type Group, isDeleting, isGroupReady, revisionOf } from '../observed/group.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';
import { isCurrentRevisionBroken, isOfCurrentRevision } from './current-revision.ts';

type StrandedOptions = {
  readonly statefulSet: ObservedLeaderStatefulSet;
  readonly groups: readonly Group[];
  readonly size: number;
  readonly revisionKey: string;
  /** Groups with an index below are held back by the user. */
  readonly heldBelow: number;
};

const isObserved = ({ metadata, status }: ObservedLeaderStatefulSet): boolean =>
  status?.currentRevision !== undefined && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);

/** The API server keeps the field only with the feature gate MaxUnavailableStatefulSet. */
const countsUnavailable = ({ spec }: ObservedLeaderStatefulSet): boolean =>
  spec.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined;

const partitionOf = ({ spec }: ObservedLeaderStatefulSet): number => spec.updateStrategy?.rollingUpdate?.partition ?? 0;

/** Every group that the rollout has released is there and ready: if it does not go on, then for want of groups below. */
const isWaiting = ({ statefulSet, groups, size }: StrandedOptions): boolean => {
  const partition = partitionOf(statefulSet);
  const ready = groups.filter((group) => group.index >= partition && isGroupReady(group, size)).length;
  return ready >= (statefulSet.spec.replicas ?? 1) - partition;
};

/**
 * The groups that are not ready with a template of the past and that nobody replaces; recreating them costs no availability. There are two kinds:
 * - Below the partition, a group of an interrupted rollout, whose template is neither the old nor the new one. The partition cannot reach it without
 *   releasing good groups above. Recreated, it gets the old template, unless no group is ready with that. It is left alone while others are under way.
 * - At or above the partition, a group whose leader is not ready, where the StatefulSet controller counts unavailable leaders: it waits for them
 *   even when they are those to replace.
 */
export const findStrandedGroups = (options: StrandedOptions): readonly Group[] => {
  const { statefulSet, groups, size, revisionKey, heldBelow } = options;
  if (!isObserved(statefulSet)) return [];
  const canFallBack = isWaiting(options) && !isCurrentRevisionBroken(statefulSet, groups, size);
  const isStranded = (group: Group): boolean =>
    group.index < partitionOf(statefulSet)
      ? canFallBack && group.index >= heldBelow && !isOfCurrentRevision(statefulSet, group)
      : countsUnavailable(statefulSet) && !group.leader.ready;
  return groups.filter(
    (group) =>
      revisionOf(group.leader) !== revisionKey &&
      !isDeleting(group.leader) &&
      !isGroupReady(group, size) &&
      isStranded(group),
  );
};

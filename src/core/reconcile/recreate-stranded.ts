import { groupSize } from '../desired/pod-template.ts';
import { findStrandedGroups } from '../rollout/find-stranded-groups.ts';
import { readRollout } from '../rollout/read-rollout.ts';
import type { Action } from './actions.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { exactReference, reference } from './reference.ts';

/** A group that the partition cannot reach and that may never become ready starts over: the rollout goes on with what it gets then. */
export const recreateStranded = (observed: ObservedLeaderWorkerSet, key: string): Action[] => {
  const { set, leaderStatefulSet: statefulSet, groups } = observed;
  if (statefulSet === undefined) return [];
  const heldBelow = readRollout(set).partition;
  const stranded = findStrandedGroups({ statefulSet, groups, size: groupSize(set), revisionKey: key, heldBelow });
  return stranded.map(({ leader, index }) => ({
    kind: 'delete',
    object: exactReference(leader),
    propagation: 'Foreground',
    onSuccess: [
      {
        type: 'Normal',
        reason: 'RecreateGroup',
        action: 'Delete',
        note: `Group ${index} is not ready with a template that is gone, deleted leader pod ${leader.metadata.name} to recreate it`,
        regarding: reference(set),
        related: reference(leader),
      },
    ],
  }));
};

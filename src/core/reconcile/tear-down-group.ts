import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { LABEL } from '../../api/labels.ts';
import { isDeleting, isOwnedByLeader, revisionOf } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { Action } from './actions.ts';
import { type ObservedGroup, ruleOf } from './observed-group.ts';
import { exactReference } from './reference.ts';

type Leaving = ObservedGroup & { readonly leader: ObservedPod };
/** In a rollout or a scale-down a leader may need its workers until it has served its last requests; so it may where workers fail alone. */
const isLeavingInOrder = (set: LeaderWorkerSet, group: Leaving): boolean => {
  const { leader, currentRevision } = group;
  return (
    ruleOf(set, group) === 'never' ||
    revisionOf(leader) !== currentRevision ||
    Number(leader.metadata.labels?.[LABEL.groupIndex]) >= (set.spec.replicas ?? 1)
  );
};

/**
 * Decides what becomes of the workers of a leader that is going. After a failure, and when the set is deleted, the grace periods of the leader and of its
 * workers run side by side, and workers do not wait for a leader on a lost node. Where the leader was deleted in the foreground, the garbage collector
 * sees to that.
 */
export const tearDownGroup = (group: Leaving): Action[] => {
  const { set, leader, workerStatefulSet } = group;
  if (workerStatefulSet === undefined || isDeleting(workerStatefulSet) || !isOwnedByLeader(workerStatefulSet, leader))
    return [];
  const isInOrder = set !== undefined && !isDeleting(set) && isLeavingInOrder(set, group);
  if (leader.takesDependents === true || isInOrder) return [];
  return [{ kind: 'delete', object: exactReference(workerStatefulSet), propagation: 'Foreground' }];
};

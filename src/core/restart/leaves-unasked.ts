import { LABEL } from '../../api/labels.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { isDeleting, revisionOf } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';

/** True when the set has no reason to part with this leader: no rollout, no fewer groups, no end of the set. The group starts over. */
export const leavesUnasked = (
  leader: ObservedPod,
  set: LeaderWorkerSet | undefined,
  leaders: ObservedLeaderStatefulSet | undefined,
): boolean =>
  set !== undefined &&
  !isDeleting(set) &&
  leaders !== undefined &&
  !isDeleting(leaders) &&
  revisionOf(leader) === revisionOf(leaders) &&
  Number(leader.metadata.labels?.[LABEL.groupIndex]) < (leaders.spec.replicas ?? 1);

import { LABEL } from '../../api/labels.ts';
import type { KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { isControlledBy } from '../observed/controller-of.ts';
import { isDeleting, isOwnedByLeader } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import { workersOf } from '../restart/group-memory.ts';
import type { ObservedGroup } from './observed-group.ts';

type Pods = Pick<ObservedGroup, 'workerStatefulSet' | 'workers'> & {
  readonly set: LeaderWorkerSet;
  readonly leader: ObservedPod;
  readonly leaderStatefulSet: KubeObject | undefined;
};

/** Admission gives a leader both labels, its template none of them: where one is missing, somebody took it away. */
const missedAsLeader = ({ metadata: { labels } }: ObservedPod): boolean =>
  labels?.[LABEL.groupIndex] === undefined && labels?.[LABEL.groupKey] === undefined;

const missedAsWorker = (pod: ObservedPod): boolean =>
  pod.metadata.labels?.[LABEL.workerIndex] === undefined && !isDeleting(pod);

/**
 * The pod of a set's own that was made while no webhook was there to tell it its place, if any: nothing else will ever tell it. Pods that merely
 * look like those of a set are none of ours.
 */
export const findUnadmitted = (pods: Pods): ObservedPod | undefined => {
  const { set, leader, leaderStatefulSet, workerStatefulSet, workers } = pods;
  const isOurs =
    leaderStatefulSet !== undefined &&
    isControlledBy(leader, leaderStatefulSet) &&
    isControlledBy(leaderStatefulSet, set);
  if (!isOurs || isDeleting(leader)) return undefined;
  if (missedAsLeader(leader)) return leader;
  const hasOwn = workerStatefulSet !== undefined && isOwnedByLeader(workerStatefulSet, leader);
  return hasOwn ? workersOf(workerStatefulSet, workers).find(missedAsWorker) : undefined;
};

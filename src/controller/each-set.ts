import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import type { Group } from '../core/observed/group.ts';
import type { ObservedPod } from '../core/observed/observed-pod.ts';
import type { ObservedLeaderStatefulSet } from '../core/observed/observed-stateful-set.ts';
import { workersOf } from '../core/restart/group-memory.ts';
import { type Caches, keyOf, leaderStatefulSetOf } from './caches.ts';
import { listGroups } from './list-groups.ts';

/** A set with its groups, as the caches show them now. */
type SetInView = {
  readonly set: LeaderWorkerSet;
  readonly leaders: ObservedLeaderStatefulSet | undefined;
  readonly groups: readonly Group[];
};

/** The key of a group in queues and indexes. */
export const keyOfGroup = ({ leader }: Group): string => keyOf(leader.metadata.namespace, leader.metadata.name);

/** The workers of a group as it is now, without those of an earlier incarnation. */
export const readWorkers =
  (caches: Caches) =>
  (group: Group): readonly ObservedPod[] =>
    workersOf(group.workerStatefulSet, caches.pods.byIndex('group', keyOfGroup(group)));

/** Shows every set that there is, one after the other. */
export const eachSet = function* (caches: Caches): Generator<SetInView> {
  for (const set of caches.sets.list()) {
    const { namespace = '', name = '' } = set.metadata;
    yield {
      set,
      leaders: leaderStatefulSetOf(caches, namespace, name),
      groups: listGroups(caches, namespace, name),
    };
  }
};

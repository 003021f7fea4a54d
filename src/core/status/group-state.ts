import type { CountedState } from '../../api/groups.ts';
import { type Group, isDeleting, isGroupReady, leaderGroupSize } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';

/** The state of a group whose leader exists. `workersOf` is asked only when the state depends on single workers. */
export const groupState = (
  group: Group,
  size: number,
  workersOf: (group: Group) => readonly ObservedPod[],
): Exclude<CountedState, 'missing'> => {
  if (isDeleting(group.leader)) return 'terminating';
  if (isGroupReady(group, size)) return 'ready';
  const pods = [group.leader, ...workersOf(group)];
  const areAllRunning =
    pods.length >= leaderGroupSize(group.leader, size) && !pods.some(({ phase }) => phase === 'Pending');
  return areAllRunning ? 'unready' : 'pending';
};

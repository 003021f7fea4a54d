import { type Group, isGroupReady, leaderGroupSize } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';

/**
 * Seconds from the creation of the group's leader until the last of its pods became ready, as the pods themselves tell; undefined while the group is
 * not ready, or while that of a pod is not known yet. `workersOf` is asked once the rest is ready.
 */
export const secondsToReady = (
  group: Group,
  size: number,
  workersOf: () => readonly ObservedPod[],
): number | undefined => {
  const { leader } = group;
  if (!isGroupReady(group, size)) return undefined;
  const pods = [leader, ...workersOf()];
  if (pods.length < leaderGroupSize(leader, size)) return undefined;
  const createdAt = Date.parse(leader.metadata.creationTimestamp ?? '') / 1000;
  // An unknown time makes all of it unknown.
  const seconds = Math.max(...pods.map(({ readySince = NaN }) => readySince)) - createdAt;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
};

import { type Group, isGroupReady, isGroupUpdated } from '../observed/group.ts';
import type { GroupState } from './plan-rollout.ts';

const ABSENT: GroupState = { ready: false, updated: false };

/** The states of the groups 0 … `count` − 1; one that doesn't exist is neither ready nor updated. */
export const groupStates = (
  groups: readonly Group[],
  count: number,
  size: number,
  revisionKey: string,
): GroupState[] => {
  const states = Array.from({ length: count }, () => ABSENT);
  for (const group of groups)
    if (group.index < count)
      states[group.index] = {
        ready: isGroupReady(group, size),
        updated: isGroupUpdated(group, size, revisionKey),
      };
  return states;
};

import { type Group, isGroupReady, isGroupUpdated } from '../observed/group.ts';
import type { GroupState } from './plan-rollout.ts';

/**
 * As long as a Deployment waits for progress by default. An old group that has been down for so long is not waited for: it counts as if it were there, so that the
 * rollout that may well be its cure goes on, at the pace that max unavailable allows for the others.
 */
export const GIVEN_UP_MS = 600_000;

const ABSENT: GroupState = { ready: false, updated: false };

const isGivenUp = ({ unreadyMs = 0 }: Group, updated: boolean): boolean => !updated && unreadyMs >= GIVEN_UP_MS;

/** The states of the groups 0 … `count` − 1; one that doesn't exist is neither ready nor updated. */
export const groupStates = (
  groups: readonly Group[],
  count: number,
  size: number,
  revisionKey: string,
): GroupState[] => {
  const states = Array.from({ length: count }, () => ABSENT);
  for (const group of groups) {
    if (group.index >= count) continue;
    const updated = isGroupUpdated(group, size, revisionKey);
    const givenUp = isGivenUp(group, updated);
    states[group.index] = {
      ready: givenUp || isGroupReady(group, size),
      updated,
      ...(givenUp && !group.leader.ready ? { leaderGivenUp: true } : {}),
    };
  }
  return states;
};

/**
 * Leaders below the partition that are not ready and not waited for. Where the StatefulSet controller counts unavailable leaders, it counts these
 * too, and would replace none above them for their sake.
 */
export const countGivenUpLeaders = (states: readonly GroupState[], partition: number): number =>
  states.slice(0, partition).filter(({ leaderGivenUp }) => leaderGivenUp).length;

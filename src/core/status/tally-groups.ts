import { COUNTED_STATES, type CountedState } from '../../api/groups.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { desiredReplicas, groupSize } from '../desired/pod-template.ts';
import { type Group, isDeleting, isGroupUpdated, revisionOf } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';
import { groupState } from './group-state.ts';

export type Tally = {
  readonly states: Readonly<Record<CountedState, number>>;
  /** Groups that are there, but of another revision than the set's leaders are to have. */
  readonly outdated: number;
  /** Indexes of groups that the user asks for and that are not ready, be it for lack of a leader; of missing groups perhaps only some. */
  readonly notReady: readonly number[];
};

export type TallyOptions = {
  readonly set: LeaderWorkerSet;
  readonly leaders: ObservedLeaderStatefulSet | undefined;
  readonly groups: readonly Group[];
  readonly workersOf: (group: Group) => readonly ObservedPod[];
};

/** A count of nothing for each state. */
export const noStates = (): Record<CountedState, number> =>
  Object.fromEntries(COUNTED_STATES.map((state) => [state, 0])) as Record<CountedState, number>;

/** Counts the groups of a set by state. Those beyond its replicas count while they exist. */
export const tallyGroups = ({ set, leaders, groups, workersOf }: TallyOptions): Tally => {
  const size = groupSize(set);
  const key = leaders === undefined ? undefined : revisionOf(leaders);
  const replicas = isDeleting(set) ? 0 : desiredReplicas(set);
  // One more index than there are groups, so that one of them is a missing one if any is; not all that a user can write.
  const notReady = new Set(Array.from({ length: Math.min(replicas, groups.length + 1) }, (_, index) => index));
  const states = noStates();
  states.missing = replicas;
  let outdated = 0;
  for (const group of groups) {
    const state = groupState(group, size, workersOf);
    states[state] += 1;
    states.missing -= Number(group.index < replicas);
    if (state === 'ready') notReady.delete(group.index);
    if (state !== 'terminating' && key !== undefined && !isGroupUpdated(group, size, key)) outdated += 1;
  }
  return { states, outdated, notReady: [...notReady] };
};

import { findStrandedGroups } from '../rollout/find-stranded-groups.ts';
import { type GroupState, type RolloutPlan, planRollout } from '../rollout/plan-rollout.ts';
import type { Rollout } from '../rollout/read-rollout.ts';
import { OBSERVED_SIZE, observeSimulatedGroups, observeSimulatedLeaders } from './observe-simulated.ts';
import type { Pace, SimulatedGroup } from './simulated-group.ts';
import { type SimulatedLeaders, simulateLeaders } from './simulated-leaders.ts';

/** A change of a set that is at rest, in what matters to its rollout. */
export type RolloutChange = {
  readonly before: Rollout;
  readonly wanted: Rollout;
  /** The template changes. */
  readonly isNewRevision: boolean;
  /** Tells the groups that are ready when the change is made. */
  readonly isReady: (index: number) => boolean;
  readonly pace: Pace;
  /** Leaders become ready before their workers exist. */
  readonly leadersFirst: boolean;
  /** What is not ready has been so for too long to be waited for. */
  readonly isGivenUpAtFirst: boolean;
};

export type SimulatedRollout = Pick<SimulatedLeaders, 'groups' | 'starting' | 'takeChanges' | 'makeNextReady'> & {
  readonly live: () => RolloutPlan;
  /** Reconciles, and lets the StatefulSet controller follow, until nothing moves. Answers whether anything did. */
  readonly settle: () => boolean;
  /** Lets old groups that are not ready be so for too long to be waited for. Answers which; none when nothing waits for them. */
  readonly giveUp: () => readonly number[];
  /** The rollout waits, and only for groups that will be given up. */
  readonly isWaitingToGiveUp: () => boolean;
};

const currentTemplate = ({ isNewRevision }: RolloutChange): SimulatedGroup['template'] =>
  isNewRevision ? 'old' : 'new';

const restingGroups = (change: RolloutChange): SimulatedGroup[] =>
  Array.from({ length: change.before.replicas }, (_, index) => ({
    template: currentTemplate(change),
    leaderReady: change.isReady(index),
    ready: change.isReady(index),
  }));

/** Simulates a change with the planner of production; `settle` makes it, and says what follows from groups that became ready since. */
export const simulateRollout = (change: RolloutChange): SimulatedRollout => {
  const { before, wanted, pace, isNewRevision } = change;
  const leaders = simulateLeaders({ ...change, current: currentTemplate(change), groups: restingGroups(change) });
  let live: RolloutPlan = { replicas: before.replicas, partition: before.partition };
  let applied: number | undefined;
  let isGivenUp = change.isGivenUpAtFirst;

  const stateOf = (group: SimulatedGroup | undefined): GroupState => ({
    ready: group !== undefined && (group.ready || (isGivenUp && group.template === 'old')),
    updated: group?.template === 'new',
  });

  const isWaitingToGiveUp = (): boolean => {
    const old = [...leaders.groups().entries()].filter(([, { template }]) => template === 'old');
    const isMoreToReplace = old.some(([index]) => index >= wanted.partition);
    return !isGivenUp && isMoreToReplace && leaders.starting().length === 0 && old.some(([, { ready }]) => !ready);
  };

  const givenUpLeaders = (): number =>
    leaders
      .groups()
      .slice(0, live.partition)
      .filter(({ template, leaderReady }) => isGivenUp && template === 'old' && !leaderReady).length;

  const giveUp = (): readonly number[] => {
    if (!isWaitingToGiveUp()) return [];
    isGivenUp = true;
    return leaders.groups().flatMap(({ template, ready }, index) => (template === 'old' && !ready ? [index] : []));
  };

  const reconcile = (): boolean => {
    const groups = Array.from({ length: live.replicas }, (_, index) => stateOf(leaders.groups()[index]));
    const state = { ...live, appliedReplicas: applied ?? before.replicas, groups };
    const plan = planRollout({ wanted, isNewRevision: isNewRevision && applied === undefined, state });
    const isChanged = plan.replicas !== live.replicas || plan.partition !== live.partition;
    applied = wanted.replicas;
    live = plan;
    return isChanged;
  };

  const recreateStranded = (): boolean => {
    // Only groups that are not ready can be stranded, and there are none as a rule.
    if (leaders.groups().every(({ ready, template }) => ready || template === 'new')) return false;
    const stranded = findStrandedGroups({
      statefulSet: observeSimulatedLeaders(live, pace, { from: 'old', to: 'new' }),
      groups: observeSimulatedGroups(leaders.groups()),
      size: OBSERVED_SIZE,
      revisionKey: 'new',
      heldBelow: wanted.partition,
    });
    for (const { index } of stranded) leaders.recreate(index);
    return stranded.length > 0;
  };

  /** As in production, a stranded group is recreated only by a pass that applies nothing. */
  const pass = (): boolean => {
    const isApplied = reconcile();
    const isControlled = leaders.control(live, givenUpLeaders());
    return isApplied || isControlled || recreateStranded();
  };

  const settle = (): boolean => {
    let moved = false;
    while (pass()) moved = true;
    return moved;
  };

  return { ...leaders, live: () => live, settle, giveUp, isWaitingToGiveUp };
};

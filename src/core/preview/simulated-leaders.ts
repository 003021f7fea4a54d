import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import type { Rollout } from '../rollout/read-rollout.ts';
import type { Pace, SimulatedGroup } from './simulated-group.ts';
import { type SimulatedSpec, leaderBudget, modelStatefulSet } from './stateful-set-model.ts';

/** What became of groups, in the order in which it did. */
export type GroupChanges = {
  readonly created: readonly number[];
  readonly replaced: readonly number[];
  readonly removed: readonly number[];
};

type LeadersOptions = {
  readonly wanted: Rollout;
  readonly pace: Pace;
  /** Leaders become ready at once, before their workers exist. */
  readonly leadersFirst: boolean;
  /** What leaders below the partition are created with. */
  readonly current: SimulatedGroup['template'];
  readonly groups: readonly SimulatedGroup[];
};

/** Groups that become what a plan allows, and the order in which they do. */
export type SimulatedLeaders = {
  /** One pass of the StatefulSet controller, for which some leaders do not count as unavailable. Answers whether it did anything. */
  readonly control: (plan: RolloutPlan, givenUpLeaders: number) => boolean;
  /** Recreates a group whose leader was deleted. */
  readonly recreate: (index: number) => void;
  /** Makes the group ready that has been starting for longest. Answers its index; undefined when none is starting. */
  readonly makeNextReady: () => number | undefined;
  readonly groups: () => readonly SimulatedGroup[];
  /** The groups that are starting, longest first. */
  readonly starting: () => readonly number[];
  /** What was done since it was last asked. */
  readonly takeChanges: () => GroupChanges;
};

type Changes = { readonly [Key in keyof GroupChanges]: number[] };

const noChanges = (): Changes => ({ created: [], replaced: [], removed: [] });

/** Simulates the leaders of a set. A group that is not ready at first stays so until it is replaced. */
export const simulateLeaders = (options: LeadersOptions): SimulatedLeaders => {
  const { wanted, groups } = options;
  let starting: number[] = [];
  let changes = noChanges();
  const onChange = (fate: keyof GroupChanges, index: number): void => {
    changes[fate].push(index);
    starting = starting.filter((other) => other !== index);
    if (fate !== 'removed') starting.push(index);
  };
  const model = modelStatefulSet({ ...options, onChange });
  const specOf = (plan: RolloutPlan, givenUpLeaders = 0): SimulatedSpec<SimulatedGroup['template']> => ({
    ...plan,
    template: 'new',
    maxUnavailable: leaderBudget(wanted) + givenUpLeaders,
  });
  let live = specOf({ replicas: groups.length, partition: 0 });

  return {
    control: (plan, givenUpLeaders) => {
      live = specOf(plan, givenUpLeaders);
      return model.control(live);
    },
    recreate: (index) => model.recreate(index, live),
    makeNextReady: () => {
      const index = starting.shift();
      if (index !== undefined) model.change(index, { leaderReady: true, ready: true });
      return index;
    },
    groups: model.groups,
    starting: () => starting,
    takeChanges: () => {
      const taken = changes;
      changes = noChanges();
      return taken;
    },
  };
};

import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import type { Rollout } from '../rollout/read-rollout.ts';
import type { Pace, SimulatedGroup } from './simulated-group.ts';

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

/** Groups with a model of the StatefulSet controller, which turns what a plan allows into groups. */
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
  const { wanted, pace, leadersFirst, current } = options;
  const groups = [...options.groups];
  const budget = Math.max(1, wanted.maxUnavailable + wanted.maxSurge);
  let starting: number[] = [];
  let changes = noChanges();
  let live: RolloutPlan = { replicas: groups.length, partition: 0 };

  const start = (index: number): void => {
    groups[index] = {
      template: index < live.partition ? current : 'new',
      leaderReady: leadersFirst,
      ready: false,
    };
    starting = [...starting.filter((other) => other !== index), index];
  };

  const replace = (index: number): void => {
    start(index);
    changes.replaced.push(index);
  };

  const scale = (): boolean => {
    const before = groups.length;
    for (let i = before - 1; i >= live.replicas; i -= 1) changes.removed.push(i);
    if (before > live.replicas) starting = starting.filter((index) => index < live.replicas);
    groups.length = Math.min(before, live.replicas);
    for (let i = before; i < live.replicas; i += 1) {
      start(i);
      changes.created.push(i);
    }
    return before !== live.replicas;
  };

  const release = (limit: number): boolean => {
    let released = 0;
    for (let i = groups.length - 1; i >= live.partition && released < limit; i -= 1) {
      if (groups[i]?.template === 'new') continue;
      replace(i);
      released += 1;
    }
    return released > 0;
  };

  /** The first that is old is replaced, unless one above it is not ready yet. */
  const releaseNext = (): boolean => {
    for (let i = groups.length - 1; i >= live.partition; i -= 1) {
      if (groups[i]?.template !== 'new') return release(1);
      if (groups[i]?.leaderReady !== true) return false;
    }
    return false;
  };

  const releaseMany = (givenUpLeaders: number): boolean =>
    release(budget + givenUpLeaders - groups.filter(({ leaderReady }) => !leaderReady).length);

  return {
    control: (plan, givenUpLeaders) => {
      live = plan;
      const scaled = scale();
      const released = pace === 'oneByOne' ? releaseNext() : releaseMany(givenUpLeaders);
      return scaled || released;
    },
    recreate: replace,
    makeNextReady: () => {
      const [index, ...rest] = starting;
      const group = index === undefined ? undefined : groups[index];
      if (index === undefined || group === undefined) return undefined;
      groups[index] = { ...group, leaderReady: true, ready: true };
      starting = rest;
      return index;
    },
    groups: () => groups,
    starting: () => starting,
    takeChanges: () => {
      const taken = changes;
      changes = noChanges();
      return taken;
    },
  };
};

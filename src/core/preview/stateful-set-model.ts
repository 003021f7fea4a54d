import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import type { Pace, SimulatedGroup } from './simulated-group.ts';

/** What the leader StatefulSet says: the leaders to have, those that keep their template, the template of the others, and how many may be unavailable. */
export type SimulatedSpec<Template extends string> = RolloutPlan & {
  readonly template: Template;
  readonly maxUnavailable: number;
};

type Fate = 'created' | 'replaced' | 'removed';

type ModelOptions<Template extends string> = {
  readonly pace: Pace;
  /** Leaders become ready at once, before their workers exist. */
  readonly leadersFirst: boolean;
  /** What leaders below the partition are created with. */
  readonly current: Template;
  readonly groups: readonly SimulatedGroup<Template>[];
  /** Told of what becomes of groups. */
  readonly onChange: (fate: Fate, index: number) => void;
};

/** The leaders of a set, each with its group, and the controller of their StatefulSet. */
export type StatefulSetModel<Template extends string> = {
  /** One pass of the controller. Answers whether it did anything. */
  readonly control: (spec: SimulatedSpec<Template>) => boolean;
  /** Recreates a group whose leader was deleted. */
  readonly recreate: (index: number, spec: SimulatedSpec<Template>) => void;
  /** Changes what became of a group by itself. */
  readonly change: (index: number, state: Partial<SimulatedGroup<Template>>) => void;
  readonly groups: () => readonly SimulatedGroup<Template>[];
  /** The last template that all leaders were ready with, or the first: leaders below the partition get it. */
  readonly current: () => Template;
};

/** Models the StatefulSet controller as far as rollouts go. A group that it creates stays in its start until it is changed. */
export const modelStatefulSet = <Template extends string>(
  options: ModelOptions<Template>,
): StatefulSetModel<Template> => {
  const { pace, leadersFirst, onChange } = options;
  const groups = [...options.groups];
  let { current } = options;

  const start = (index: number, { partition, template }: SimulatedSpec<Template>): void => {
    groups[index] = { template: index < partition ? current : template, leaderReady: leadersFirst, ready: false };
  };

  const replace = (index: number, spec: SimulatedSpec<Template>): void => {
    start(index, spec);
    onChange('replaced', index);
  };

  const scale = (spec: SimulatedSpec<Template>): boolean => {
    const before = groups.length;
    for (let i = before - 1; i >= spec.replicas; i -= 1) onChange('removed', i);
    groups.length = Math.min(before, spec.replicas);
    for (let i = before; i < spec.replicas; i += 1) {
      start(i, spec);
      onChange('created', i);
    }
    return before !== spec.replicas;
  };

  const completeUpdate = ({ template }: SimulatedSpec<Template>): void => {
    if (groups.every((group) => group.template === template && group.leaderReady)) current = template;
  };

  const release = (spec: SimulatedSpec<Template>, limit: number): boolean => {
    let released = 0;
    for (let i = groups.length - 1; i >= spec.partition && released < limit; i -= 1) {
      if (groups[i]?.template === spec.template) continue;
      replace(i, spec);
      released += 1;
    }
    return released > 0;
  };

  /** The first that is old is replaced, unless one above it is not ready yet. */
  const releaseNext = (spec: SimulatedSpec<Template>): boolean => {
    for (let i = groups.length - 1; i >= spec.partition; i -= 1) {
      if (groups[i]?.template !== spec.template) return release(spec, 1);
      if (groups[i]?.leaderReady !== true) return false;
    }
    return false;
  };

  const releaseMany = (spec: SimulatedSpec<Template>): boolean =>
    release(spec, spec.maxUnavailable - groups.filter(({ leaderReady }) => !leaderReady).length);

  return {
    control: (spec) => {
      const scaled = scale(spec);
      completeUpdate(spec);
      const released = pace === 'oneByOne' ? releaseNext(spec) : releaseMany(spec);
      return scaled || released;
    },
    recreate: replace,
    change: (index, state) => {
      const group = groups[index];
      if (group !== undefined) groups[index] = { ...group, ...state };
    },
    groups: () => groups,
    current: () => current,
  };
};

/** The budget of the StatefulSet controller for a set: surge leaders that start count as unavailable. */
export const leaderBudget = ({ maxUnavailable, maxSurge }: { maxUnavailable: number; maxSurge: number }): number =>
  Math.max(1, maxUnavailable + maxSurge);

import { type StepFacts, explainStep } from './explain-step.ts';
import type { RolloutOutcome, RolloutStep } from './rollout-step.ts';
import { type RolloutChange, type SimulatedRollout, simulateRollout } from './simulate-rollout.ts';
import type { SimulatedGroup } from './simulated-group.ts';

/** A change of a set, step by step. */
export type RolloutSteps = {
  readonly steps: readonly RolloutStep[];
  readonly outcome: RolloutOutcome;
  /** Groups that are not ready when the change is made, and those that are left so in the end, because nothing replaces them. */
  readonly unreadyAtFirst: readonly number[];
  readonly unready: readonly number[];
  /** Ready groups when the change is made, and the fewest at any time. */
  readonly availableAtFirst: number;
  readonly leastAvailable: number;
  /** The most groups, and the most pods, that exist at the same time; pods that are still terminating are not counted. */
  readonly mostGroups: number;
  readonly mostPods: number;
};

/** Pods per group of each template. */
export type GroupSizes = Readonly<Record<SimulatedGroup['template'], number>>;

const indexesOf = (groups: readonly SimulatedGroup[], isMeant: (group: SimulatedGroup) => boolean): number[] =>
  [...groups.keys()].filter((index) => isMeant(groups[index] as SimulatedGroup));

const countReady = (groups: readonly SimulatedGroup[]): number => groups.filter(({ ready }) => ready).length;

const countPods = (groups: readonly SimulatedGroup[], sizes: GroupSizes): number =>
  groups.reduce((sum, { template }) => sum + sizes[template], 0);

const outcomeOf = (groups: readonly SimulatedGroup[], partition: number): RolloutOutcome => {
  const old = indexesOf(groups, ({ template }) => template === 'old');
  if (old.length === 0) return 'complete';
  return old.every((index) => index < partition) ? 'held' : 'stuck';
};

/** Turns what a simulated rollout does between two calls into a step. */
const createRecorder = (rollout: SimulatedRollout, change: RolloutChange) => {
  const steps: RolloutStep[] = [];
  let before = rollout.live();
  let groupsBefore = [...rollout.groups()];

  const takeFacts = (ready: readonly number[] | undefined): StepFacts => {
    const groups = [...rollout.groups()];
    const isDone = rollout.starting().length === 0;
    return {
      change,
      changes: rollout.takeChanges(),
      ready,
      before,
      after: rollout.live(),
      // Groups that became ready were so before anything was replaced.
      groupsBefore: groupsBefore.map((group, index) => (ready?.includes(index) ? { ...group, ready: true } : group)),
      groups,
      starting: rollout.starting(),
      outcome: isDone ? outcomeOf(groups, change.wanted.partition) : undefined,
    };
  };

  const record = (ready?: readonly number[]): void => {
    const facts = takeFacts(ready);
    const { groups, changes, after } = facts;
    const updated = groups.filter((group) => group.ready && group.template === 'new').length;
    const counts = { available: countReady(groups), updated };
    const step = steps.length + 1;
    steps.push({ step, ready: ready ?? [], ...changes, ...after, ...counts, why: explainStep(facts) });
    before = after;
    groupsBefore = [...groups];
  };
  return { record, steps };
};

/** Makes the change, and lets the groups that start become ready one after another; those whose turn changes nothing are told of with the next. */
const play = (rollout: SimulatedRollout, change: RolloutChange, onStep: () => void): readonly RolloutStep[] => {
  const { record, steps } = createRecorder(rollout, change);
  let ready: number[] = [];
  const step = (became?: readonly number[]): void => {
    record(became);
    onStep();
    ready = [];
  };
  if (rollout.settle()) step();
  for (let next = rollout.makeNextReady(); next !== undefined; next = rollout.makeNextReady()) {
    ready.push(next);
    const moved = rollout.settle();
    if (moved || rollout.starting().length === 0) step(ready);
  }
  return steps;
};

/**
 * Plays a change of a set at rest, with the planner of production: all that starts becomes ready, in the order in which it was started, and what
 * is not ready at first stays so until it is replaced. There are no steps when the change moves nothing.
 */
export const planSteps = (change: RolloutChange, sizes: GroupSizes): RolloutSteps => {
  const rollout = simulateRollout(change);
  const isUnready = ({ ready }: SimulatedGroup): boolean => !ready;
  const unreadyAtFirst = indexesOf(rollout.groups(), isUnready);
  const availableAtFirst = countReady(rollout.groups());
  let mostGroups = rollout.groups().length;
  let mostPods = countPods(rollout.groups(), sizes);
  const steps = play(rollout, change, () => {
    mostGroups = Math.max(mostGroups, rollout.groups().length);
    mostPods = Math.max(mostPods, countPods(rollout.groups(), sizes));
  });
  return {
    steps,
    outcome: outcomeOf(rollout.groups(), change.wanted.partition),
    unreadyAtFirst,
    unready: indexesOf(rollout.groups(), isUnready),
    availableAtFirst,
    leastAvailable: Math.min(availableAtFirst, ...steps.map(({ available }) => available)),
    mostGroups,
    mostPods,
  };
};

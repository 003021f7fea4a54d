import { type StepCause, type StepFacts, explainStep } from './explain-step.ts';
import type { RolloutOutcome, RolloutStep } from './rollout-step.ts';
import { type RolloutChange, type SimulatedRollout, simulateRollout } from './simulate-rollout.ts';
import type { SimulatedGroup } from './simulated-group.ts';

/** A change of a set, step by step. */
export type RolloutSteps = {
  readonly steps: readonly RolloutStep[];
  readonly outcome: RolloutOutcome;
  /** Groups that have the old template in the end. */
  readonly notReplaced: readonly number[];
  /** Groups that are not ready when the change is made, and those that are left so in the end, because nothing replaces them. */
  readonly unreadyAtFirst: readonly number[];
  readonly unready: readonly number[];
  /** Ready groups when the change is made, and the fewest at any time. */
  readonly availableAtFirst: number;
  readonly leastAvailable: number;
  /** The fewest when what is not ready at first is so for too long to be waited for. */
  readonly leastOnceGivenUp: number;
  /** The most groups, and the most pods, that exist at the same time; pods that are still terminating are not counted. */
  readonly mostGroups: number;
  readonly mostPods: number;
};

/** Pods per group of each template. */
export type GroupSizes = Readonly<Record<SimulatedGroup['template'], number>>;

const indexesOf = (groups: readonly SimulatedGroup[], isMeant: (group: SimulatedGroup) => boolean): number[] =>
  groups.flatMap((group, index) => (isMeant(group) ? [index] : []));

const countReady = (groups: readonly SimulatedGroup[]): number => groups.filter(({ ready }) => ready).length;

const countPods = (groups: readonly SimulatedGroup[], sizes: GroupSizes): number =>
  groups.reduce((sum, { template }) => sum + sizes[template], 0);

const indexesOfOld = (groups: readonly SimulatedGroup[]): number[] =>
  indexesOf(groups, ({ template }) => template === 'old');

const outcomeOf = (groups: readonly SimulatedGroup[], partition: number): RolloutOutcome => {
  const old = indexesOfOld(groups);
  if (old.length === 0) return 'complete';
  return old.every((index) => index < partition) ? 'held' : 'stuck';
};

const isOver = (rollout: SimulatedRollout): boolean => rollout.starting().length === 0 && !rollout.isWaitingToGiveUp();

/** Turns what a simulated rollout does between two calls into a step. */
const createRecorder = (rollout: SimulatedRollout, change: RolloutChange) => {
  const steps: RolloutStep[] = [];
  let groupsBefore = [...rollout.groups()];

  const takeFacts = (cause: StepCause): StepFacts => {
    const groups = [...rollout.groups()];
    const ready = cause.kind === 'ready' ? new Set(cause.groups) : new Set<number>();
    return {
      change,
      changes: rollout.takeChanges(),
      cause,
      after: rollout.live(),
      // Groups that became ready were so before anything was replaced.
      groupsBefore: groupsBefore.map((group, index) => (ready.has(index) ? { ...group, ready: true } : group)),
      groups,
      starting: rollout.starting(),
      outcome: isOver(rollout) ? outcomeOf(groups, change.wanted.partition) : undefined,
    };
  };

  const record = (cause: StepCause): void => {
    const facts = takeFacts(cause);
    const { groups, changes, after } = facts;
    const updated = groups.filter((group) => group.ready && group.template === 'new').length;
    const counts = { available: countReady(groups), updated };
    const step = steps.length + 1;
    const ready = cause.kind === 'ready' ? cause.groups : [];
    const givenUp = cause.kind === 'givenUp' ? cause.groups : [];
    steps.push({ step, ready, givenUp, ...changes, ...after, ...counts, why: explainStep(facts) });
    groupsBefore = [...groups];
  };
  return { record, steps };
};

/** Lets what starts become ready one after another, and gives up what else is waited for; a turn that changes nothing is told of with the next. */
const playOn = (rollout: SimulatedRollout, step: (cause: StepCause) => void): void => {
  let ready: number[] = [];
  for (let next = rollout.makeNextReady(); next !== undefined; next = rollout.makeNextReady()) {
    ready.push(next);
    if (!rollout.settle() && rollout.starting().length > 0) continue;
    step({ kind: 'ready', groups: ready });
    ready = [];
  }
  const givenUp = rollout.giveUp();
  if (givenUp.length === 0) return;
  rollout.settle();
  step({ kind: 'givenUp', groups: givenUp });
  playOn(rollout, step);
};

const play = (change: RolloutChange, sizes: GroupSizes): Omit<RolloutSteps, 'leastOnceGivenUp'> => {
  const rollout = simulateRollout(change);
  const unreadyAtFirst = indexesOf(rollout.groups(), ({ ready }) => !ready);
  const availableAtFirst = countReady(rollout.groups());
  let mostGroups = rollout.groups().length;
  let mostPods = countPods(rollout.groups(), sizes);
  const { record, steps } = createRecorder(rollout, change);
  const step = (cause: StepCause): void => {
    record(cause);
    mostGroups = Math.max(mostGroups, rollout.groups().length);
    mostPods = Math.max(mostPods, countPods(rollout.groups(), sizes));
  };
  if (rollout.settle()) step({ kind: 'change' });
  playOn(rollout, step);
  return {
    steps,
    outcome: outcomeOf(rollout.groups(), change.wanted.partition),
    notReplaced: indexesOfOld(rollout.groups()),
    unreadyAtFirst,
    unready: indexesOf(rollout.groups(), ({ ready }) => !ready),
    availableAtFirst,
    leastAvailable: Math.min(availableAtFirst, ...steps.map(({ available }) => available)),
    mostGroups,
    mostPods,
  };
};

/**
 * Plays a change of a set at rest, with the planner of production: all that starts becomes ready, in the order in which it was started, and what
 * is not ready at first stays so until it is replaced. There are no steps when the change moves nothing.
 */
export const planSteps = (change: RolloutChange, sizes: GroupSizes): RolloutSteps => {
  const played = play(change, sizes);
  const isAllReady = played.unreadyAtFirst.length === 0;
  const givenUp = isAllReady ? played : play({ ...change, isGivenUpAtFirst: true }, sizes);
  return { ...played, leastOnceGivenUp: Math.min(played.leastAvailable, givenUp.leastAvailable) };
};

import { GIVEN_UP_MS } from '../rollout/group-states.ts';
import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import { listGroups } from './list-indexes.ts';
import type { RolloutOutcome } from './rollout-step.ts';
import type { RolloutChange } from './simulate-rollout.ts';
import type { SimulatedGroup } from './simulated-group.ts';
import type { GroupChanges } from './simulated-leaders.ts';

/** What sets a step off: the user's change, groups that have become ready, or groups that have not for too long. */
export type StepCause =
  { readonly kind: 'change' } | { readonly kind: 'ready' | 'givenUp'; readonly groups: readonly number[] };

/** What a step did, with all that its reason depends on. */
export type StepFacts = {
  readonly change: RolloutChange;
  readonly changes: GroupChanges;
  readonly cause: StepCause;
  /** The leader StatefulSet after the step. */
  readonly after: RolloutPlan;
  /** The groups before the step, and after it. */
  readonly groupsBefore: readonly SimulatedGroup[];
  readonly groups: readonly SimulatedGroup[];
  readonly starting: readonly number[];
  /** Given for the last step. */
  readonly outcome: RolloutOutcome | undefined;
};

type Explain = (facts: StepFacts) => readonly string[];

const range = (first: number, end: number): number[] => Array.from({ length: end - first }, (_, i) => first + i);

const are = (indexes: readonly number[]): string => (indexes.length === 1 ? 'is' : 'are');

const describeChange = ({ isNewRevision, before, wanted }: RolloutChange): string => {
  if (isNewRevision) return 'the template is new';
  return before.replicas === wanted.replicas
    ? 'the strategy is new'
    : `replicas goes from ${before.replicas} to ${wanted.replicas}`;
};

const describeCause = ({ change, cause }: StepFacts): string => {
  if (cause.kind === 'change') return describeChange(change);
  const which = `${listGroups(cause.groups)} ${are(cause.groups)}`;
  const minutes = GIVEN_UP_MS / 60_000;
  return cause.kind === 'ready' ? `${which} ready` : `${which} waited for no longer, after ${minutes} minutes`;
};

const explainCreated: Explain = ({ change: { wanted, isNewRevision }, changes: { created } }) => {
  const surge = created.filter((index) => index >= wanted.replicas);
  const own = created.filter((index) => index < wanted.replicas);
  return [
    ...(own.length === 0
      ? []
      : [`${listGroups(own)} ${own.length === 1 ? 'starts' : 'start'}${isNewRevision ? ' with it' : ''}`]),
    ...(surge.length === 0 ? [] : [`maxSurge ${wanted.maxSurge} adds ${listGroups(surge)}`]),
  ];
};

/** What makes up for groups that are not ready: what may be missing, and ready surge groups that stay. */
const cover = ({ change: { wanted }, groupsBefore, after }: StepFacts, verb: string): string => {
  const surge = [...groupsBefore.keys()].filter(
    (index) => index >= wanted.replicas && index < after.replicas && groupsBefore[index]?.ready === true,
  );
  const parts = [
    ...(wanted.maxUnavailable === 0 ? [] : [`maxUnavailable ${wanted.maxUnavailable}`]),
    ...(surge.length === 0 ? [] : [`surge ${listGroups(surge)}`]),
  ];
  const isPlural = parts.length > 1 || surge.length > 1;
  return `${parts.join(' and ')} ${verb}${isPlural ? '' : 's'}`;
};

const explainRemoved: Explain = (facts) => {
  const { removed } = facts.changes;
  const { replicas } = facts.change.wanted;
  if (removed.length === 0) return [];
  const which = `${listGroups(removed)} ${removed.length === 1 ? 'goes' : 'go'}`;
  if (facts.cause.kind === 'change') return [`replicas ${replicas} removes ${listGroups(removed)}`];
  const left = facts.groups.slice(0, replicas).filter((group) => !group.ready || group.template === 'old').length;
  if (left === 0) return [`surge ${which}, as nothing is left to make up for`];
  return [`surge ${which}, as ${cover(facts, 'cover')} the ${left} still to come`];
};

const explainReplaced: Explain = (facts) => {
  const { changes, groupsBefore } = facts;
  const replaced = changes.replaced.filter((index) => index < groupsBefore.length);
  const good = replaced.filter((index) => groupsBefore[index]?.ready === true);
  const bad = replaced.filter((index) => groupsBefore[index]?.ready !== true);
  const free =
    bad.length === 0
      ? []
      : [`replacing ${listGroups(bad)} costs nothing, as ${bad.length === 1 ? 'it is' : 'they are'} not ready`];
  if (good.length === 0) return free;
  return [...free, `${cover(facts, 'let')} ${listGroups(good)} go`];
};

/** Why no group is replaced although not all are new. */
const explainWaiting: Explain = ({ change: { wanted, pace }, changes, after, groups, starting, outcome }) => {
  if (changes.replaced.length > 0 || outcome !== undefined) return [];
  const released = [...groups.keys()].filter((index) => index >= after.partition && groups[index]?.template === 'old');
  const old = groups.some(({ template }, index) => template === 'old' && index >= wanted.partition);
  if (!old) return [];
  const unready = groups.flatMap(({ template, ready }, index) => (template === 'old' && !ready ? [index] : []));
  if (starting.length === 0) return [`no group goes while ${listGroups(unready)} ${are(unready)} not ready`];
  const waiting = `${listGroups(starting)} ${are(starting)} ready`;
  if (released.length === 0) return [`no group goes before ${waiting}`];
  return [
    `${listGroups(released)} may go once ${waiting}${pace === 'oneByOne' ? ', as leaders are replaced one at a time' : ''}`,
  ];
};

/** Surge groups make up for groups that the partition holds back, too. */
const keptSurge = ({ change: { wanted }, after }: StepFacts): string => {
  const surge = range(wanted.replicas, after.replicas);
  if (surge.length === 0) return '';
  return `; surge ${listGroups(surge)} ${surge.length === 1 ? 'stays' : 'stay'} until it is lowered`;
};

const explainOutcome: Explain = (facts) => {
  const { groups, outcome } = facts;
  const { wanted, isNewRevision } = facts.change;
  const old = [...groups.keys()].filter((index) => groups[index]?.template === 'old');
  switch (outcome) {
    case undefined:
      return [];
    case 'complete':
      return [isNewRevision ? 'every group has the new template' : 'that is all'];
    case 'held':
      return [`partition ${wanted.partition} keeps the old template for ${listGroups(old)}${keptSurge(facts)}`];
    case 'stuck': {
      const unready = groups.flatMap(({ ready }, index) => (ready ? [] : [index]));
      return [`nothing more is replaced, as the StatefulSet controller waits for ${listGroups(unready)}`];
    }
  }
};

const EXPLANATIONS: readonly Explain[] = [
  explainCreated,
  explainReplaced,
  explainRemoved,
  explainWaiting,
  explainOutcome,
];

/** One sentence that says why a step does what it does: what set it off, and what allows it. */
export const explainStep = (facts: StepFacts): string => {
  const parts = EXPLANATIONS.flatMap((explain) => explain(facts));
  return parts.length === 0 ? describeCause(facts) : `${describeCause(facts)}: ${parts.join('; ')}`;
};

import { groupSize } from '../core/desired/pod-template.ts';
import { listIndexes } from '../core/preview/list-indexes.ts';
import { noteRisks } from '../core/preview/note-risks.ts';
import { type ChangePlan, MAX_PLAYED_GROUPS } from '../core/preview/plan-change.ts';
import type { RolloutSteps } from '../core/preview/plan-steps.ts';
import type { RolloutStep } from '../core/preview/rollout-step.ts';
import type { Pace } from '../core/preview/simulated-group.ts';
import { textTable } from './text-table.ts';

type Line = readonly [label: string, text: string];

const HEADER = ['STEP', 'REPLICAS', 'PARTITION', 'AVAILABLE', 'UPDATED', 'GROUPS', 'WHY'];

const quantity = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const changeText = ({ created, replaced, removed }: RolloutStep): string => {
  const verbs = { create: created, replace: replaced, remove: removed };
  return Object.entries(verbs)
    .flatMap(([verb, indexes]) => (indexes.length === 0 ? [] : [`${verb} ${listIndexes(indexes)}`]))
    .join('; ');
};

const cellsOf = (step: RolloutStep): string[] => [
  ...[step.step, step.replicas, step.partition, step.available, step.updated].map(String),
  changeText(step),
  step.why,
];

const headline = ({ before, after, paths }: ChangePlan): string => {
  const name = `${after.metadata.namespace ?? ''}/${before.metadata.name ?? ''}`;
  return `${name}: would ${paths.length === 0 ? 'not ' : ''}roll the pods\n`;
};

const replicasText = ({ rolloutBefore, rollout, after }: ChangePlan): string => {
  const groups =
    rolloutBefore.replicas === rollout.replicas
      ? quantity(rollout.replicas, 'group')
      : `from ${rolloutBefore.replicas} to ${quantity(rollout.replicas, 'group')}`;
  return `${groups} of ${quantity(groupSize(after), 'pod')}`;
};

const inGroups = (written: number | string | undefined, groups: number): string =>
  typeof written === 'string' ? `${groups} (${written})` : String(groups);

const strategyText = ({ strategy, rollout }: ChangePlan): string =>
  `maxUnavailable ${inGroups(strategy.maxUnavailable, rollout.maxUnavailable)}, ` +
  `maxSurge ${inGroups(strategy.maxSurge, rollout.maxSurge)}, partition ${rollout.partition}`;

const PACE_TEXT: Readonly<Record<Pace, string>> = {
  oneByOne: 'one leader at a time, as without the feature gate MaxUnavailableStatefulSet',
  maxUnavailable: 'several leaders at a time, as with the feature gate MaxUnavailableStatefulSet',
};

const OTHER: Readonly<Record<Pace, readonly [Pace, string]>> = {
  oneByOne: ['maxUnavailable', 'with it'],
  maxUnavailable: ['oneByOne', 'without it'],
};

const inShort = ({ steps, leastAvailable }: RolloutSteps): string =>
  `${quantity(steps.length, 'step')}, at least ${leastAvailable} available`;

const paceText = (played: Readonly<Record<Pace, RolloutSteps>>, pace: Pace): string => {
  const [other, words] = OTHER[pace];
  return `${PACE_TEXT[pace]} (${words}: ${inShort(played[other])})`;
};

/** The promise of the planner, which holds in any order of events. */
const floorText = (floor: number | undefined): string =>
  floor === undefined ? '' : `; in any order at least ${floor}`;

const OUTCOMES: Readonly<Record<RolloutSteps['outcome'], string>> = {
  complete: 'complete',
  held: 'held by the partition',
  stuck: 'stuck',
};

const playedLines = (plan: ChangePlan, played: Readonly<Record<Pace, RolloutSteps>>, pace: Pace): Line[] => {
  const chosen = played[pace];
  const { availableAtFirst, leastAvailable, mostGroups, mostPods, steps, outcome } = chosen;
  const available = `${availableAtFirst} at first, never fewer than ${leastAvailable}`;
  return [
    ...(plan.paths.length === 0 ? [] : [['Pace', paceText(played, pace)] as const]),
    ['Available', `${available}${floorText(plan.floor)}`],
    ['Peak', `${quantity(mostGroups, 'group')}, ${quantity(mostPods, 'pod')}`],
    ['Steps', steps.length === 0 ? 'none: no group is touched' : `${steps.length}, ${OUTCOMES[outcome]}`],
    ...noteRisks(plan, chosen).map((note) => ['Note', note] as const),
  ];
};

const unplayedLines = ({ rollout, rolloutBefore, floor, paths }: ChangePlan): Line[] => {
  const most = Math.max(rolloutBefore.replicas, rollout.replicas + (paths.length === 0 ? 0 : rollout.maxSurge));
  return [
    ...(floor === undefined ? [] : [['Available', `in any order at least ${floor}`] as const]),
    ['Peak', `at most ${quantity(most, 'group')}`],
    [
      'Steps',
      `not told: ${most} groups are too many to play (at most ${MAX_PLAYED_GROUPS}); plan with fewer replicas to see their pattern`,
    ],
  ];
};

/** The plan of one change for people: what it means as a whole, and a table of its steps. */
export const planText = (plan: ChangePlan, pace: Pace): string => {
  const { played, paths } = plan;
  const lines: readonly Line[] = [
    ...paths.map((path) => ['Changed', path] as const),
    ['Replicas', replicasText(plan)],
    ['Strategy', strategyText(plan)],
    ...(played === undefined ? unplayedLines(plan) : playedLines(plan, played, pace)),
  ];
  const steps = played?.[pace].steps ?? [];
  const table = steps.length === 0 ? '' : `\n${textTable([HEADER, ...steps.map(cellsOf)])}`;
  return headline(plan) + lines.map(([label, text]) => `  ${`${label}:`.padEnd(11)}${text}\n`).join('') + table;
};

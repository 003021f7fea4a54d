import { groupSize } from '../desired/pod-template.ts';
import { GIVEN_UP_MS } from '../rollout/group-states.ts';
import { listGroups } from './list-indexes.ts';
import type { ChangePlan } from './plan-change.ts';
import type { RolloutSteps } from './plan-steps.ts';

type Note = (plan: ChangePlan, played: RolloutSteps) => readonly string[];

const are = (indexes: readonly number[]): string => (indexes.length === 1 ? 'is' : 'are');

const readyLate: Note = ({ leadersFirst, paths }) =>
  leadersFirst && paths.length > 0
    ? [
        'with startupPolicy LeaderReady leaders are ready before their workers exist, so only the partition waits for whole groups',
      ]
    : [];

const unreadyAtFirst: Note = (_, { unreadyAtFirst: unready, unready: left, leastOnceGivenUp }) => {
  const replaced = unready.filter((index) => !left.includes(index));
  if (replaced.length === 0) return [];
  const minutes = GIVEN_UP_MS / 60_000;
  return [
    `${listGroups(replaced)} ${are(replaced)} not ready at first, and waited for until replaced or removed, but for ${minutes} minutes at most: ` +
      `then the others go as if ${replaced.length === 1 ? 'it' : 'they'} were ready, and at least ${leastOnceGivenUp} ${leastOnceGivenUp === 1 ? 'stays' : 'stay'} available`,
  ];
};

const unreadyAtLast: Note = (_, { unready, outcome }) =>
  unready.length === 0 || outcome === 'stuck'
    ? []
    : [`${listGroups(unready)} ${are(unready)} not ready, and this change does not help that`];

const stuck: Note = (_, { outcome, unready, notReplaced }) => {
  if (outcome !== 'stuck') return [];
  const left = notReplaced.filter((index) => !unready.includes(index));
  return [
    `the rollout stops before its end: the StatefulSet controller counts the leaders of ${listGroups(unready)} as unavailable, and so replaces no more` +
      `${left.length === 0 ? '' : ` of ${listGroups(left)}`}. Get ${unready.length === 1 ? 'it' : 'them'} ready first, or raise maxUnavailable`,
  ];
};

const earlierTemplate: Note = ({ paths, rolloutBefore, rollout }) =>
  paths.length === 0 && rollout.partition < rolloutBefore.partition && rolloutBefore.replicas > 0
    ? [
        `groups below partition ${rolloutBefore.partition} may still have an earlier template, which the files do not tell; if so, lowering the partition rolls them. ` +
          'Plan that from the template they have',
      ]
    : [];

const otherSize: Note = ({ before, after }) =>
  groupSize(before) === groupSize(after) ? [] : [`groups change from ${groupSize(before)} to ${groupSize(after)} pods`];

const NOTES: readonly Note[] = [otherSize, readyLate, unreadyAtFirst, unreadyAtLast, stuck, earlierTemplate];

/** What one should know of a change beside its steps, a sentence each, the harmless first. */
export const noteRisks = (plan: ChangePlan, played: RolloutSteps): readonly string[] =>
  NOTES.flatMap((note) => note(plan, played));

import { groupSize } from '../desired/pod-template.ts';
import { listGroups } from './list-indexes.ts';
import type { ChangePlan } from './plan-change.ts';
import type { RolloutSteps } from './plan-steps.ts';

type Note = (plan: ChangePlan, played: RolloutSteps) => readonly string[];

const are = (indexes: readonly number[]): string => (indexes.length === 1 ? 'is' : 'are');

const leadersAlone: Note = ({ paths, isNewRevision }) =>
  paths.length === 0 || isNewRevision
    ? []
    : [
        'the change is part of no revision: the StatefulSet controller replaces the leaders at its own pace, without waiting for their workers, and maxUnavailable is not kept',
      ];

const readyLate: Note = ({ leadersFirst, paths }) =>
  leadersFirst && paths.length > 0
    ? [
        'with startupPolicy LeaderReady leaders are ready before their workers exist, so only the partition waits for whole groups',
      ]
    : [];

const unreadyAtFirst: Note = (_, { unreadyAtFirst: unready, unready: left }) => {
  if (unready.length === 0) return [];
  const replaced = unready.filter((index) => !left.includes(index));
  const kept = unready.filter((index) => left.includes(index));
  return [
    ...(replaced.length === 0
      ? []
      : [
          `${listGroups(replaced)} ${are(replaced)} not ready at first, and counted as unavailable until replaced or removed`,
        ]),
    ...(kept.length === 0
      ? []
      : [`${listGroups(kept)} ${are(kept)} not ready at first, and this change does not help that`]),
  ];
};

/** With one group to spare the next good one goes, and so do broken ones below it, each of which leaves as much to spare. */
const stuck: Note = ({ rollout }, { outcome, unready, steps }) => {
  if (outcome !== 'stuck') return [];
  const { replicas, maxUnavailable } = rollout;
  const enough = replicas - (steps.at(-1)?.available ?? 0) + 1;
  return [
    `the rollout stops before its end: ${listGroups(unready)} ${are(unready)} not ready, and no good group may go with maxUnavailable ${maxUnavailable}. ` +
      `Get them ready first, or set maxUnavailable to ${enough}`,
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

const NOTES: readonly Note[] = [otherSize, leadersAlone, readyLate, unreadyAtFirst, stuck, earlierTemplate];

/** What one should know of a change beside its steps, a sentence each, the harmless first. */
export const noteRisks = (plan: ChangePlan, played: RolloutSteps): readonly string[] =>
  NOTES.flatMap((note) => note(plan, played));

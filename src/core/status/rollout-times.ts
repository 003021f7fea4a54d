import type { Condition } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { CONDITION } from './conditions.ts';

const updateInProgress = ({ status }: LeaderWorkerSet): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === CONDITION.updateInProgress.type);

/** When the set's rollout began, in milliseconds since 1970; undefined when none is under way. */
export const rolloutStart = (set: LeaderWorkerSet): number | undefined => {
  const condition = updateInProgress(set);
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime) : undefined;
};

/** How long the rollout took that was under way before and is over now, by the times in the set's status; undefined when there is no such rollout. */
export const rolloutSeconds = (before: LeaderWorkerSet, after: LeaderWorkerSet): number | undefined => {
  const start = rolloutStart(before);
  const ended = updateInProgress(after);
  if (start === undefined || ended?.status !== 'False') return undefined;
  return Math.max(0, Date.parse(ended.lastTransitionTime) - start) / 1000;
};

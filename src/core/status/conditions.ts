import type { Condition } from '../../api/kubernetes.ts';
import type { Rollout } from '../rollout/read-rollout.ts';
import type { GroupCounts } from './count-groups.ts';

/** The conditions of a set, with the texts that users and tools know. */
export const CONDITION = {
  available: { type: 'Available', reason: 'AllGroupsReady', message: 'All replicas are ready' },
  updateInProgress: { type: 'UpdateInProgress', reason: 'GroupsUpdating', message: 'Rolling Upgrade is in progress' },
  progressing: { type: 'Progressing', reason: 'GroupsProgressing', message: 'Replicas are progressing' },
} as const;

export type ConditionKind = (typeof CONDITION)[keyof typeof CONDITION];

/** Conditions that cannot be true together with the one named. */
const OPPOSITES: Readonly<Record<ConditionKind['type'], readonly string[]>> = {
  Available: ['Progressing', 'UpdateInProgress'],
  Progressing: ['Available'],
  UpdateInProgress: ['Available'],
};

/** The conditions that are true of a set with these groups; the first one gives the event its name. */
export const trueConditions = (counts: GroupCounts, replicas: number): readonly [ConditionKind, ...ConditionKind[]] => {
  if (counts.updatedInRange < counts.inRange) return [CONDITION.updateInProgress, CONDITION.progressing];
  if (counts.readyDesired === replicas && counts.updatedAndReadyInRange === counts.inRange)
    return [CONDITION.available];
  return [CONDITION.progressing];
};

/** True when every group is ready with the current revision and the user holds none back. */
export const isUpdateDone = (
  counts: GroupCounts,
  { replicas, partition }: Pick<Rollout, 'replicas' | 'partition'>,
): boolean => partition === 0 && counts.updatedAndReadyInRange === replicas;

const isStale = (condition: Condition | undefined, generation: number): boolean =>
  condition === undefined || condition.status !== 'True' || condition.observedGeneration !== generation;

const becomeTrue = (
  kind: ConditionKind,
  before: Condition | undefined,
  generation: number,
  now: string,
): Condition => ({
  ...kind,
  status: 'True',
  lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : now,
  observedGeneration: generation,
});

const isOpposite = (condition: Condition, kinds: readonly ConditionKind[]): boolean =>
  kinds.some(({ type }) => OPPOSITES[type].includes(condition.type));

/**
 * The set's conditions when `kinds` are true: opposites become false and keep their texts, others stay; all observe the generation.
 * `changed` says whether one of `kinds` was not true, or not of this generation.
 */
export const nextConditions = (
  conditions: readonly Condition[],
  kinds: readonly ConditionKind[],
  generation: number,
  now: string,
): { readonly conditions: readonly Condition[]; readonly changed: boolean } => {
  const before = (type: string): Condition | undefined => conditions.find((condition) => condition.type === type);
  const changed = kinds.some(({ type }) => isStale(before(type), generation));
  const kept = conditions.map((condition): Condition => {
    const kind = kinds.find(({ type }) => type === condition.type);
    if (kind !== undefined) return becomeTrue(kind, condition, generation, now);
    const falls = condition.status === 'True' && isOpposite(condition, kinds);
    return {
      ...condition,
      ...(falls ? { status: 'False', lastTransitionTime: now } : {}),
      observedGeneration: generation,
    };
  });
  const added = kinds.filter(({ type }) => before(type) === undefined);
  return { conditions: [...kept, ...added.map((kind) => becomeTrue(kind, undefined, generation, now))], changed };
};

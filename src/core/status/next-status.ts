import { isDeepStrictEqual } from 'node:util';
import type { LeaderWorkerSet, LeaderWorkerSetStatus } from '../../api/leader-worker-set.ts';
import { LABEL } from '../../api/labels.ts';
import type { ConditionKind } from './conditions.ts';
import { nextConditions } from './conditions.ts';
import type { GroupCounts } from './count-groups.ts';

export type NextStatus = {
  readonly status: LeaderWorkerSetStatus;
  /** A condition became true, or was seen to hold for a new generation: worth an event. */
  readonly conditionChanged: boolean;
};

/** Go leaves out a count of zero. */
const count = <K extends string>(key: K, value: number): { readonly [P in K]?: number } =>
  (value === 0 ? {} : { [key]: value }) as { readonly [P in K]?: number };

const leaderSelector = (name: string): string => `${LABEL.name}=${name},${LABEL.workerIndex}=0`;

/** The status of a set with these groups; `leaders` is the number of leader pods that its StatefulSet reports. */
export const nextStatus = (
  set: LeaderWorkerSet,
  counts: GroupCounts,
  leaders: number,
  kinds: readonly ConditionKind[],
  now: string,
): NextStatus => {
  const generation = set.metadata.generation ?? 0;
  const { conditions, changed } = nextConditions(set.status?.conditions ?? [], kinds, generation, now);
  const status = {
    conditions,
    ...count('readyReplicas', counts.ready),
    ...count('updatedReplicas', counts.updated),
    ...count('replicas', leaders),
    hpaPodSelector: set.status?.hpaPodSelector || leaderSelector(set.metadata.name ?? ''),
    observedGeneration: generation,
  };
  return { status, conditionChanged: changed };
};

type StatusPatch = { readonly [K in keyof LeaderWorkerSetStatus]?: LeaderWorkerSetStatus[K] | null };

/** The merge patch that turns one status into the other; undefined when they are equal. */
export const statusPatch = (before: LeaderWorkerSetStatus, after: LeaderWorkerSetStatus): StatusPatch | undefined => {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof LeaderWorkerSetStatus>;
  const changed = [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((key) => [key, after[key] ?? null]));
};

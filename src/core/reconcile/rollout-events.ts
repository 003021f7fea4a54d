import type { Event } from '../../api/events.ts';
import type { ObjectRef } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { leaderName } from '../naming.ts';
import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import { reference } from './reference.ts';

export type RolloutStep = {
  readonly set: LeaderWorkerSet;
  readonly revision: ObjectRef;
  /** Absent: the leader StatefulSet is new. */
  readonly before: RolloutPlan | undefined;
  readonly after: RolloutPlan;
  readonly isNewRevision: boolean;
};

const updating = (before: number, after: number): string =>
  before - 1 === after ? `Updating replica ${after}` : `Updating replicas ${after} to ${before - 1} (inclusive)`;

/** Upstream: the same words for any scale-down, surge or not. */
const deleting = (set: LeaderWorkerSet, before: number, after: number): string => {
  const first = leaderName(set.metadata.name ?? '', after);
  const last = leaderName(set.metadata.name ?? '', before - 1);
  return first === last ? `deleting surge replica ${first}` : `deleting surge replicas from ${first} to ${last}`;
};

/** The events that tell of a step of a rollout, once it is applied. */
export const announceRollout = ({ set, revision, before, after, isNewRevision }: RolloutStep): readonly Event[] => {
  const about = { type: 'Normal', regarding: reference(set) } as const;
  const name = set.metadata.name ?? '';
  if (before === undefined)
    return [
      {
        ...about,
        reason: 'GroupsProgressing',
        action: 'Create',
        note: `Created leader statefulset ${name}`,
        related: revision,
      },
    ];
  const events: Event[] = [];
  if (after.replicas < before.replicas)
    events.push({
      ...about,
      reason: 'GroupsProgressing',
      action: 'Delete',
      note: deleting(set, before.replicas, after.replicas),
    });
  // A partition that the user raises updates nothing.
  if (!isNewRevision && after.partition < before.partition)
    events.push({
      ...about,
      reason: 'GroupsUpdating',
      action: 'Update',
      note: updating(before.partition, after.partition),
      related: revision,
    });
  return events;
};

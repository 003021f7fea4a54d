import type { Event } from '../../api/events.ts';
import { readRollout } from '../rollout/read-rollout.ts';
import { trueConditions } from '../status/conditions.ts';
import type { GroupCounts } from '../status/count-groups.ts';
import { nextStatus, statusPatch } from '../status/next-status.ts';
import type { Action } from './actions.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { exactReference, reference } from './reference.ts';

const STATUS_INTERVAL_MS = 500;

/** Writes the set's status when it has changed. */
export const reportStatus = (observed: ObservedLeaderWorkerSet, counts: GroupCounts, now: Date): Action[] => {
  const { set, leaderStatefulSet, sinceStatusWriteMs } = observed;
  const rollout = readRollout(set);
  const kinds = trueConditions(counts, rollout.replicas);
  const leaders = leaderStatefulSet?.status?.replicas ?? 0;
  const next = nextStatus(set, counts, leaders, kinds, now.toISOString().replace(/\.[0-9]+Z$/, 'Z'));
  const status = statusPatch(set.status ?? {}, next.status);
  if (status === undefined) return [];
  // Counts may lag a little behind; conditions are what others wait for.
  if (!next.conditionChanged && sinceStatusWriteMs < STATUS_INTERVAL_MS)
    return [
      {
        kind: 'requeue',
        afterSeconds: (STATUS_INTERVAL_MS - sinceStatusWriteMs) / 1000,
        because: 'status was just written',
      },
    ];
  const { reason, message } = kinds[0];
  const note = `${message}, with ${counts.ready} groups ready of total ${rollout.replicas} groups`;
  const event: Event = { type: 'Normal', reason, action: 'Update', note, regarding: reference(set) };
  return [
    { kind: 'patchStatus', object: exactReference(set), status, onSuccess: next.conditionChanged ? [event] : [] },
  ];
};

import type { Event } from '../../api/events.ts';
import type { ControllerRevision, ObjectRef } from '../../api/kubernetes.ts';
import { buildControllerRevision } from '../desired/controller-revision.ts';
import { controllerOf } from '../observed/controller-of.ts';
import { revisionOf } from '../observed/group.ts';
import { nextRevisionNumber } from '../revision/next-revision-number.ts';
import { readRollout } from '../rollout/read-rollout.ts';
import { isUpdateDone } from '../status/conditions.ts';
import type { GroupCounts } from '../status/count-groups.ts';
import type { Action } from './actions.ts';
import type { RevisionChoice } from './choose-revision.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { exactReference, reference } from './reference.ts';

/** Tells that the set's groups are to have another revision. */
export const creatingRevision = ({ set }: ObservedLeaderWorkerSet, note: string, related: ObjectRef): Event => ({
  type: 'Normal',
  reason: 'CreatingRevision',
  action: 'Create',
  note,
  regarding: reference(set),
  related,
});

/** Records the template as it is now. */
export const createRevision = (observed: ObservedLeaderWorkerSet, { key, note }: RevisionChoice): Action => {
  const { set, template, revisions } = observed;
  const built = buildControllerRevision({ set, data: template.data, key, number: nextRevisionNumber(revisions) });
  const event = creatingRevision(observed, note, reference(built.object));
  return {
    kind: 'create',
    object: built.object,
    bodyText: built.bodyText,
    ifExists: 'wait',
    onSuccess: [event],
    onFailure: {
      ...event,
      type: 'Warning',
      reason: 'FailedCreate',
      note: `Failed to create revision with key ${key}`,
    },
  };
};

/** Deletes the revisions that no group has any more, once all of them have the chosen one. */
export const deleteOldRevisions = (
  { set, revisions }: ObservedLeaderWorkerSet,
  choice: RevisionChoice,
  counts: GroupCounts,
): Action[] => {
  if (!isUpdateDone(counts, readRollout(set))) return [];
  return revisions
    .filter((revision) => isOtherKey(revision, choice) && controllerOf(revision.metadata) !== undefined)
    .map((revision) => ({ kind: 'delete', object: exactReference(revision), propagation: 'Background' }));
};

const isOtherKey = (revision: ControllerRevision, { key, existing }: RevisionChoice): boolean =>
  revision !== existing && revisionOf(revision) !== key;

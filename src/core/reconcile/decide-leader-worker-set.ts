import type { Event } from '../../api/events.ts';
import type { ControllerRevision, KubeObject, ObjectRef, StatefulSet } from '../../api/kubernetes.ts';
import { ANNOTATION } from '../../api/labels.ts';
import { buildControllerRevision } from '../desired/controller-revision.ts';
import { buildSharedService } from '../desired/headless-service.ts';
import { isApplied } from '../desired/is-applied.ts';
import { buildLeaderStatefulSet } from '../desired/leader-stateful-set.ts';
import { groupSize } from '../desired/pod-template.ts';
import { controllerOf } from '../observed/controller-of.ts';
import { isDeleting, revisionOf } from '../observed/group.ts';
import { type ObservedLeaderStatefulSet, appliedReplicas } from '../observed/observed-stateful-set.ts';
import { nextRevisionNumber } from '../revision/next-revision-number.ts';
import { findStrandedGroups } from '../rollout/find-stranded-groups.ts';
import { groupStates } from '../rollout/group-states.ts';
import { type RolloutPlan, type RolloutState, planRollout } from '../rollout/plan-rollout.ts';
import { readRollout } from '../rollout/read-rollout.ts';
import { isUpdateDone, trueConditions } from '../status/conditions.ts';
import { countGroups } from '../status/count-groups.ts';
import { nextStatus, statusPatch } from '../status/next-status.ts';
import type { Action } from './actions.ts';
import { type RevisionChoice, chooseRevision } from './choose-revision.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { exactReference, reference } from './reference.ts';
import { announceRollout } from './rollout-events.ts';

const OLD_SET_SECONDS = 5;
const STATUS_INTERVAL_MS = 500;
/** Field manager of the record of incarnations: apart from ours, so that an apply neither needs nor removes it. */
export const INCARNATIONS_MANAGER = 'lws-incarnations';

const creatingRevision = ({ set }: ObservedLeaderWorkerSet, note: string, related: ObjectRef): Event => ({
  type: 'Normal',
  reason: 'CreatingRevision',
  action: 'Create',
  note,
  regarding: reference(set),
  related,
});

const createRevision = (observed: ObservedLeaderWorkerSet, { key, note }: RevisionChoice): Action => {
  const { set, template, revisions } = observed;
  const built = buildControllerRevision({ set, data: template.data, key, number: nextRevisionNumber(revisions) });
  const event = creatingRevision(observed, note, reference(built.object));
  return { kind: 'create', object: built.object, bodyText: built.bodyText, ifExists: 'wait', onSuccess: [event] };
};

const createService = ({ set }: ObservedLeaderWorkerSet): Action => ({
  kind: 'create',
  object: buildSharedService(set),
  ifExists: 'accept',
  onFailure: {
    type: 'Warning',
    reason: 'FailedCreate',
    action: 'Create',
    note: 'Failed to create headless service for error',
    regarding: reference(set),
  },
});

const isShared = ({ set }: ObservedLeaderWorkerSet): boolean =>
  (set.spec.networkConfig?.subdomainPolicy ?? 'Shared') === 'Shared';

const rolloutState = (observed: ObservedLeaderWorkerSet, key: string): RolloutState | undefined => {
  const { set, leaderStatefulSet, groups } = observed;
  if (leaderStatefulSet === undefined) return undefined;
  const replicas = leaderStatefulSet.spec.replicas ?? 1;
  return {
    replicas,
    partition: leaderStatefulSet.spec.updateStrategy?.rollingUpdate?.partition ?? 0,
    appliedReplicas: appliedReplicas(leaderStatefulSet),
    groups: groupStates(groups, replicas, groupSize(set), key),
  };
};

const failedApply = ({ set, leaderStatefulSet }: ObservedLeaderWorkerSet): Event => {
  const isCreation = leaderStatefulSet === undefined;
  return {
    type: 'Warning',
    reason: isCreation ? 'FailedCreate' : 'FailedUpdate',
    action: isCreation ? 'Create' : 'Update',
    note: `Failed to ${isCreation ? 'create' : 'update'} leader statefulset ${set.metadata.name}`,
    regarding: reference(set),
  };
};

/** What the API server drops cannot be read back, so that a change of it shows only against what we sent last. */
const isUpToDate = (object: StatefulSet, { leaderStatefulSet, lastApplied }: ObservedLeaderWorkerSet): boolean =>
  leaderStatefulSet !== undefined &&
  (lastApplied === undefined || lastApplied === JSON.stringify(object)) &&
  isApplied(object, leaderStatefulSet, leaderStatefulSet.appliedFields);

const applyLeaders = (
  observed: ObservedLeaderWorkerSet,
  choice: RevisionChoice,
  plan: RolloutPlan,
  revision: ObjectRef,
): Action | undefined => {
  const { set } = observed;
  const object = buildLeaderStatefulSet({ set, revisionKey: choice.key, ...plan });
  if (isUpToDate(object, observed)) return undefined;
  const before = rolloutState(observed, choice.key);
  // Going back to a template whose revision is still there is announced like any other change of it.
  const isBack = choice.isNew && choice.existing !== undefined;
  return {
    kind: 'apply',
    object,
    onSuccess: [
      ...(isBack ? [creatingRevision(observed, choice.note, revision)] : []),
      ...announceRollout({ set, revision, before, after: plan, isNewRevision: choice.isNew }),
    ],
    onFailure: failedApply(observed),
  };
};

const reportStatus = (observed: ObservedLeaderWorkerSet, key: string, now: Date): Action[] => {
  const { set, leaderStatefulSet, groups, sinceStatusWriteMs } = observed;
  const rollout = readRollout(set);
  const counts = countGroups(groups, rollout, groupSize(set), key);
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

const deleteOldRevisions = (observed: ObservedLeaderWorkerSet, choice: RevisionChoice): Action[] => {
  const { set, groups, revisions } = observed;
  const rollout = readRollout(set);
  if (!isUpdateDone(countGroups(groups, rollout, groupSize(set), choice.key), rollout)) return [];
  return revisions
    .filter((revision) => isOtherKey(revision, choice) && controllerOf(revision.metadata) !== undefined)
    .map((revision) => ({ kind: 'delete', object: exactReference(revision), propagation: 'Background' }));
};

const isOtherKey = (revision: ControllerRevision, { key, existing }: RevisionChoice): boolean =>
  revision !== existing && revisionOf(revision) !== key;

/** A group that the partition cannot reach and that may never become ready starts over: the rollout goes on with what it gets then. */
const recreateStranded = (observed: ObservedLeaderWorkerSet, key: string): Action[] => {
  const { set, leaderStatefulSet: statefulSet, groups } = observed;
  if (statefulSet === undefined) return [];
  const heldBelow = readRollout(set).partition;
  const stranded = findStrandedGroups({ statefulSet, groups, size: groupSize(set), revisionKey: key, heldBelow });
  return stranded.map(({ leader, index }) => ({
    kind: 'delete',
    object: exactReference(leader),
    propagation: 'Foreground',
    onSuccess: [
      {
        type: 'Normal',
        reason: 'RecreateGroup',
        action: 'Delete',
        note: `Group ${index} is not ready with a template that is gone, deleted leader pod ${leader.metadata.name} to recreate it`,
        regarding: reference(set),
        related: reference(leader),
      },
    ],
  }));
};

const recordIncarnations = ({ leaderStatefulSet, incarnations }: ObservedLeaderWorkerSet): Action[] => {
  if (leaderStatefulSet === undefined || incarnations === undefined) return [];
  const { text, dueInMs } = incarnations;
  if (dueInMs > 0)
    return [{ kind: 'requeue', afterSeconds: dueInMs / 1000, because: 'incarnations are recorded in batches' }];
  const annotations = { [ANNOTATION.incarnations]: text };
  return [
    { kind: 'annotate', object: exactReference(leaderStatefulSet), annotations, fieldManager: INCARNATIONS_MANAGER },
  ];
};

/** True for the StatefulSet of an earlier set of the same name, which the garbage collector is about to remove. */
const isOfEarlierSet = ({ set }: ObservedLeaderWorkerSet, statefulSet: ObservedLeaderStatefulSet): boolean => {
  const owner = controllerOf(statefulSet.metadata);
  return owner?.kind === set.kind && owner.uid !== set.metadata.uid;
};

const related = (choice: RevisionChoice, created: Action | undefined): ObjectRef => {
  const object: KubeObject | undefined = choice.existing ?? (created?.kind === 'create' ? created.object : undefined);
  return reference(object ?? { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: {} });
};

/**
 * Decides what a set needs: its revision recorded, its Service, its leader StatefulSet rolled as far as may be now, its status, and old revisions gone.
 * What hangs on a single leader is decided by `decideGroup`.
 */
export const decideLeaderWorkerSet = (observed: ObservedLeaderWorkerSet, now: Date): readonly Action[] => {
  const { set, leaderStatefulSet, service } = observed;
  // The garbage collector does the rest.
  if (isDeleting(set)) return [];
  if (leaderStatefulSet !== undefined && (isDeleting(leaderStatefulSet) || isOfEarlierSet(observed, leaderStatefulSet)))
    return [{ kind: 'requeue', afterSeconds: OLD_SET_SECONDS, because: 'an old leader StatefulSet is being deleted' }];
  const choice = chooseRevision(observed);
  const created = choice.existing === undefined ? createRevision(observed, choice) : undefined;
  const plan = planRollout({
    wanted: readRollout(set),
    isNewRevision: choice.isNew,
    state: rolloutState(observed, choice.key),
  });
  const applied = applyLeaders(observed, choice, plan, related(choice, created));
  return [
    ...(created === undefined ? [] : [created]),
    // Before the leaders, which look for their names in DNS as soon as they start.
    ...(isShared(observed) && service === undefined ? [createService(observed)] : []),
    ...(applied === undefined ? [] : [applied]),
    ...reportStatus(observed, choice.key, now),
    ...recordIncarnations(observed),
    ...(applied === undefined && created === undefined
      ? [...recreateStranded(observed, choice.key), ...deleteOldRevisions(observed, choice)]
      : []),
  ];
};

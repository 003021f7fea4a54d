import type { KubeObject, ObjectRef } from '../../api/kubernetes.ts';
import { buildSharedService } from '../desired/headless-service.ts';
import { groupSize } from '../desired/pod-template.ts';
import { controllerOf } from '../observed/controller-of.ts';
import { isDeleting } from '../observed/group.ts';
import { type ObservedLeaderStatefulSet, appliedReplicas } from '../observed/observed-stateful-set.ts';
import { GIVEN_UP_MS, groupStates } from '../rollout/group-states.ts';
import { type RolloutPlan, type RolloutState, planRollout } from '../rollout/plan-rollout.ts';
import { type Rollout, readRollout } from '../rollout/read-rollout.ts';
import { type GroupCounts, countGroups } from '../status/count-groups.ts';
import type { Action } from './actions.ts';
import { applyLeaders } from './apply-leaders.ts';
import { type RevisionChoice, chooseRevision } from './choose-revision.ts';
import { createRevision, deleteOldRevisions } from './keep-revisions.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { makeRoom, recordIncarnations } from './record-incarnations.ts';
import { recreateStranded } from './recreate-stranded.ts';
import { reference } from './reference.ts';
import { reportStatus } from './report-status.ts';

const OLD_SET_SECONDS = 5;

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

/** True while broken groups may keep others from being replaced: leaders below the user's partition, too, may hold up the StatefulSet controller above it. */
const isHeldUp = ({ partition }: RolloutPlan, wanted: Rollout, counts: GroupCounts): boolean =>
  partition > wanted.partition || (partition > 0 && counts.updatedAndReadyInRange < wanted.replicas - wanted.partition);

/** A rollout that waits for broken groups looks at them again when it is time to wait no longer. */
const lookAgainAtBroken = ({ groups }: ObservedLeaderWorkerSet): Action[] => {
  const waits = groups
    .flatMap(({ unreadyMs }) => (unreadyMs === undefined ? [] : GIVEN_UP_MS - unreadyMs))
    .filter((ms) => ms > 0);
  return waits.length === 0
    ? []
    : [{ kind: 'requeue', afterSeconds: Math.min(...waits) / 1000, because: 'a broken group is waited for' }];
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
  const rollout = readRollout(set);
  const counts = countGroups(observed.groups, rollout, groupSize(set), choice.key);
  const before = rolloutState(observed, choice.key);
  const plan = planRollout({ wanted: rollout, isNewRevision: choice.isNew, state: before });
  const applied = applyLeaders({ observed, choice, plan, before, revision: related(choice, created) });
  return [
    ...(created === undefined ? [] : [created]),
    // Before the leaders, which look for their names in DNS as soon as they start.
    ...(isShared(observed) && service === undefined ? [createService(observed)] : []),
    ...makeRoom(observed, applied),
    ...(applied === undefined ? [] : [applied]),
    ...reportStatus(observed, counts, now),
    ...recordIncarnations(observed),
    ...(isHeldUp(plan, rollout, counts) ? lookAgainAtBroken(observed) : []),
    ...(applied === undefined && created === undefined
      ? [...recreateStranded(observed, choice.key), ...deleteOldRevisions(observed, choice, counts)]
      : []),
  ];
};

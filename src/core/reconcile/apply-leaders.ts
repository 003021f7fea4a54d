import type { Event } from '../../api/events.ts';
import type { ObjectRef, PersistentVolumeClaim, StatefulSet, StringMap } from '../../api/kubernetes.ts';
import { isApplied } from '../desired/is-applied.ts';
import { buildLeaderStatefulSet } from '../desired/leader-stateful-set.ts';
import { countGivenUpLeaders } from '../rollout/group-states.ts';
import type { RolloutPlan, RolloutState } from '../rollout/plan-rollout.ts';
import type { Action } from './actions.ts';
import type { RevisionChoice } from './choose-revision.ts';
import { creatingRevision } from './keep-revisions.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { reference } from './reference.ts';
import { announceRollout } from './rollout-events.ts';

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

/**
 * Where groups may run is decided once per revision. Were a changed annotation applied at once, the StatefulSet controller would replace all leaders by
 * itself, without waiting for their groups.
 */
const placementOf = (
  { leaderStatefulSet }: ObservedLeaderWorkerSet,
  { isNew }: RevisionChoice,
): StringMap | undefined =>
  leaderStatefulSet === undefined || isNew ? undefined : (leaderStatefulSet.spec.template.metadata?.annotations ?? {});

const keptOfClaim = ({ metadata, spec }: PersistentVolumeClaim): unknown => [
  metadata?.name,
  spec?.accessModes,
  spec?.storageClassName,
  spec?.resources,
];

const CLAIMS_ADVICE =
  'volumeClaimTemplates cannot change once the set exists: change them back, or delete the set and create it anew';

/** What the user can do about an apply that the API server refuses. */
const adviceFor = (object: StatefulSet, { leaderStatefulSet }: ObservedLeaderWorkerSet): string | undefined => {
  const names = ({ spec }: Pick<StatefulSet, 'spec'>): string =>
    JSON.stringify(spec.volumeClaimTemplates?.map(keptOfClaim) ?? []);
  return leaderStatefulSet !== undefined && names(object) !== names(leaderStatefulSet) ? CLAIMS_ADVICE : undefined;
};

/**
 * Afterwards the cache holds what we wrote ourselves, and never less. But what it held when we began to lead may have lagged behind the last leader's
 * writes, and a partition that is raised again lets old templates return.
 */
const guard = ({ leaderStatefulSet, lastApplied }: ObservedLeaderWorkerSet): { readonly resourceVersion?: string } => {
  const resourceVersion = leaderStatefulSet?.metadata.resourceVersion;
  return lastApplied !== undefined || resourceVersion === undefined ? {} : { resourceVersion };
};

export interface ApplyLeadersOptions {
  readonly observed: ObservedLeaderWorkerSet;
  readonly choice: RevisionChoice;
  readonly plan: RolloutPlan;
  readonly before: RolloutState | undefined;
  /** The chosen revision, which events point to. */
  readonly revision: ObjectRef;
}

/** Applies the leader StatefulSet, when that changes anything. */
export const applyLeaders = ({
  observed,
  choice,
  plan,
  before,
  revision,
}: ApplyLeadersOptions): Extract<Action, { kind: 'apply' }> | undefined => {
  const { set } = observed;
  const placement = placementOf(observed, choice);
  const givenUpLeaders = countGivenUpLeaders(before?.groups ?? [], plan.partition);
  const object = buildLeaderStatefulSet({ set, revisionKey: choice.key, ...plan, placement, givenUpLeaders });
  if (isUpToDate(object, observed)) return undefined;
  const advice = adviceFor(object, observed);
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
    ...guard(observed),
    ...(advice === undefined ? {} : { advice }),
  };
};

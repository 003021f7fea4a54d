import { ANNOTATION } from '../../../api/labels.ts';
import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import type { FieldError } from '../field-error.ts';
import { isSameJSON } from '../is-same-json.ts';
import type { Loose } from '../loose.ts';
import { applyOperations } from '../patch-operation.ts';
import { adviseLeaderWorkerSet } from './advise.ts';
import { defaultLeaderWorkerSet } from './default.ts';
import type { Rule } from './rule.ts';
import { annotationsAreWellFormed } from './rules/annotations-are-well-formed.ts';
import { labelsAreWellFormed } from './rules/labels-are-well-formed.ts';
import { nameFitsRevisionLabel } from './rules/name-fits-revision-label.ts';
import { nameIsDNSLabel } from './rules/name-is-dns-label.ts';
import { namespaceIsSet } from './rules/namespace-is-set.ts';
import { partitionNotNegative } from './rules/partition-not-negative.ts';
import { podCountFits } from './rules/pod-count-fits.ts';
import { replicasAtMostAMillion } from './rules/replicas-at-most-a-million.ts';
import { replicasNotNegative } from './rules/replicas-not-negative.ts';
import { rollingUpdateValueForm } from './rules/rolling-update-value-form.ts';
import { rollingUpdateValueScales } from './rules/rolling-update-value-scales.ts';
import { sizeAtLeastOne } from './rules/size-at-least-one.ts';
import { someGroupMayMove } from './rules/some-group-may-move.ts';
import { subGroupFitsIntoGroup } from './rules/sub-group-fits-into-group.ts';
import { subGroupSizeAtLeastOne } from './rules/sub-group-size-at-least-one.ts';
import { subGroupSizeDividesWorkers } from './rules/sub-group-size-divides-workers.ts';
import { subGroupSizeDivides } from './rules/sub-group-size-divides.ts';
import { subGroupSizeImmutable } from './rules/sub-group-size-immutable.ts';
import { subGroupSizeIsSet } from './rules/sub-group-size-is-set.ts';
import { subGroupTopologyNeedsPolicy } from './rules/sub-group-topology-needs-policy.ts';
import { subGroupsNotAdded } from './rules/sub-groups-not-added.ts';
import { subGroupsNotRemoved } from './rules/sub-groups-not-removed.ts';
import { subdomainPolicyNotUnset } from './rules/subdomain-policy-not-unset.ts';
import { readSetFacts } from './set-facts.ts';

/** In the order in which a user reads what is wrong. All are asked; none stops the others. */
const RULES: readonly Rule[] = [
  nameIsDNSLabel,
  namespaceIsSet,
  labelsAreWellFormed,
  annotationsAreWellFormed,
  nameFitsRevisionLabel,
  replicasNotNegative,
  replicasAtMostAMillion,
  sizeAtLeastOne,
  podCountFits,
  rollingUpdateValueForm('maxUnavailable'),
  rollingUpdateValueForm('maxSurge'),
  partitionNotNegative,
  rollingUpdateValueScales('maxUnavailable', 'unavailableGroups'),
  rollingUpdateValueScales('maxSurge', 'surgeGroups'),
  someGroupMayMove,
  subGroupSizeIsSet,
  subGroupSizeAtLeastOne,
  subGroupSizeDivides,
  subGroupFitsIntoGroup,
  subGroupSizeDividesWorkers,
  subGroupTopologyNeedsPolicy,
  subGroupSizeImmutable,
  subGroupsNotAdded,
  subGroupsNotRemoved,
  subdomainPolicyNotUnset,
];

/** Annotations that rules read. */
const RELEVANT_ANNOTATIONS = [ANNOTATION.exclusiveTopology, ANNOTATION.subGroupExclusiveTopology];

type LooseSet = Loose<LeaderWorkerSet>;

export type Verdict = { readonly errors: readonly FieldError[]; readonly warnings: readonly string[] };

const NO_OBJECTION: Verdict = { errors: [], warnings: [] };

const hasSameSpec = (set: LooseSet, previous: LooseSet): boolean => {
  if (isSameJSON(set.spec, previous.spec)) return true;
  // No default changes the replicas, so that scaling, the most frequent update, costs no further look.
  if (set.spec?.replicas !== previous.spec?.replicas) return false;
  // The stored set may be older than a default that has just been added to this one.
  const defaults = defaultLeaderWorkerSet(previous);
  return defaults.length > 0 && isSameJSON(set.spec, applyOperations(previous, defaults).spec);
};

const isUnchanged = (set: LooseSet, previous: LooseSet): boolean =>
  RELEVANT_ANNOTATIONS.every((key) => set.metadata?.annotations?.[key] === previous.metadata?.annotations?.[key]) &&
  hasSameSpec(set, previous);

/**
 * Says why a LeaderWorkerSet cannot be admitted, and what it will suffer from when it can. `previous` is the set
 * before an update: one that changes neither the spec nor an annotation that rules read is always admitted, so that
 * stored sets can be labelled and deleted whatever rule came later. Expects objects of the shape LEADER_WORKER_SET_SHAPE.
 */
export const validateLeaderWorkerSet = (set: LooseSet, previous?: LooseSet): Verdict => {
  if (previous !== undefined && isUnchanged(set, previous)) return NO_OBJECTION;
  const facts = readSetFacts(set);
  const previousFacts = previous === undefined ? undefined : readSetFacts(previous);
  const errors: FieldError[] = [];
  for (const rule of RULES) {
    for (const error of rule(facts, previousFacts)) errors.push(error);
  }
  return errors.length > 0
    ? { errors, warnings: [] }
    : { errors, warnings: adviseLeaderWorkerSet(facts, previousFacts) };
};

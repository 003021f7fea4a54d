import type { ControllerRevision } from '../../api/kubernetes.ts';
import { contains } from '../desired/is-applied.ts';
import { buildLeaderStatefulSet } from '../desired/leader-stateful-set.ts';
import { revisionOf } from '../observed/group.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';

/** Which revision the set's groups shall have, and why a ControllerRevision may have to be created for it. */
export type RevisionChoice = {
  readonly key: string;
  readonly existing: ControllerRevision | undefined;
  /** The template differs from the revision that the groups were made of: a rollout begins. */
  readonly isNew: boolean;
  readonly note: string;
};

const highest = (revisions: readonly ControllerRevision[]): ControllerRevision | undefined =>
  revisions.reduce<ControllerRevision | undefined>(
    (best, revision) => (best === undefined || revision.revision >= best.revision ? revision : best),
    undefined,
  );

/** The recorded revision with this key; of several, the one with the highest number. */
export const findRevision = (revisions: readonly ControllerRevision[], key: string): ControllerRevision | undefined =>
  highest(revisions.filter((revision) => revisionOf(revision) === key));

/**
 * True when the revision of the leaders is not recorded any more and their template is another one than the set's. To record the set's under their key
 * would hide that they have to be updated.
 */
const isTemplateLost = ({ set, leaderStatefulSet, template }: ObservedLeaderWorkerSet, liveKey = ''): boolean => {
  if (leaderStatefulSet === undefined || liveKey === '' || liveKey === template.hash) return false;
  const live = leaderStatefulSet.spec.template;
  const placement = live.metadata?.annotations ?? {};
  const wanted = buildLeaderStatefulSet({ set, revisionKey: liveKey, partition: 0, replicas: 0, placement });
  return !contains(live, wanted.spec.template);
};

/**
 * Chooses the revision. The key of a living StatefulSet is never recomputed: whether the template changed is told by comparing recorded data,
 * so that a manager which hashes otherwise rolls nothing. A revision that is recorded already is used again, so that a write that fails and is
 * tried again leaves no second one behind.
 */
export const chooseRevision = (observed: ObservedLeaderWorkerSet): RevisionChoice => {
  const { leaderStatefulSet, revisions, template, isCurrent } = observed;
  const liveKey = leaderStatefulSet === undefined ? undefined : revisionOf(leaderStatefulSet);
  const live = liveKey === undefined ? undefined : findRevision(revisions, liveKey);
  const sameTemplate = findRevision(revisions, template.hash);
  const recorded = sameTemplate !== undefined && isCurrent(sameTemplate) ? sameTemplate : undefined;
  const isChanged = live === undefined ? isTemplateLost(observed, liveKey) : !isCurrent(live);
  if (isChanged)
    return {
      key: template.hash,
      existing: recorded,
      isNew: true,
      note: `Creating revision with key ${template.hash} for updated LWS`,
    };
  if (leaderStatefulSet === undefined)
    return {
      key: template.hash,
      existing: recorded,
      isNew: false,
      note: `Creating revision with key ${template.hash} for a newly created LeaderWorkerSet`,
    };
  const key = liveKey || template.hash;
  return {
    key,
    // Without a key of its own the StatefulSet gets that of the template, which may be recorded.
    existing: liveKey ? live : recorded,
    isNew: false,
    note: `Creating missing revision with key ${key} for existing LeaderWorkerSet`,
  };
};

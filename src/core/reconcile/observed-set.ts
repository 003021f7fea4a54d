import type { ControllerRevision, KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Group } from '../observed/group.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';

/** A LeaderWorkerSet and what belongs to it, as the caches show it. Objects are here by name: they may belong to an earlier set of that name. */
export type ObservedLeaderWorkerSet = {
  readonly set: LeaderWorkerSet;
  readonly leaderStatefulSet: ObservedLeaderStatefulSet | undefined;
  /** The leader StatefulSet as this process last applied it, as JSON; undefined when it has not yet. */
  readonly lastApplied: string | undefined;
  readonly service: KubeObject | undefined;
  /** The ControllerRevisions of this set, and those without an owner that carry its name. */
  readonly revisions: readonly ControllerRevision[];
  /** The template as it is now: the exact bytes to record, and their hash. */
  readonly template: { readonly data: string; readonly hash: string };
  /** Whether a recorded revision describes the template as it is now. */
  readonly isCurrent: (revision: ControllerRevision) => boolean;
  readonly groups: readonly Group[];
  /** Milliseconds since this process last wrote the set's status. */
  readonly sinceStatusWriteMs: number;
  /** The record of the groups' incarnations to write, and when; absent when the last one still holds. */
  readonly incarnations: { readonly text: string; readonly dueInMs: number } | undefined;
};

import type { ControllerRevision, KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Topology } from '../desired/worker-stateful-set.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { ObservedWorkerStatefulSet } from '../observed/observed-stateful-set.ts';
import { type RestartRule, restartRule } from '../restart/find-failure.ts';
import type { GroupMemory } from '../restart/group-memory.ts';
import type { Incarnation } from '../restart/incarnations.ts';
import { applyRevision } from '../revision/apply-revision.ts';

/** One group as the caches show it. Objects are here by name: they may belong to an earlier incarnation. */
export type ObservedGroup = {
  readonly set: LeaderWorkerSet | undefined;
  readonly leader: ObservedPod | undefined;
  readonly workerStatefulSet: ObservedWorkerStatefulSet | undefined;
  /** Pods controlled by a StatefulSet of the leader's name. */
  readonly workers: readonly ObservedPod[];
  readonly service: KubeObject | undefined;
  readonly podGroup: KubeObject | undefined;
  /** The one with the leader's key. */
  readonly revision: ControllerRevision | undefined;
  /** Where the leader runs, with exclusive topology and once it is scheduled. */
  readonly topology: Topology | undefined;
  /** Why it cannot be known where the leader runs, though it is scheduled. */
  readonly topologyProblem?: string | undefined;
  readonly gangScheduling: boolean;
  /** The revision that the set's leaders are to have. */
  readonly currentRevision?: string | undefined;
  /** A pod of the group that was made without admission, and in how many milliseconds the group may be repaired. */
  readonly unadmitted?: { readonly pod: ObservedPod; readonly dueInMs: number } | undefined;
  readonly memory: GroupMemory | undefined;
  readonly recorded: Incarnation | undefined;
};

/** The set with the template that the group's pods are made of; undefined while its revision is not known. */
export const revisedFor = (
  set: LeaderWorkerSet,
  { revision }: Pick<ObservedGroup, 'revision'>,
): LeaderWorkerSet | undefined => (revision === undefined ? undefined : applyRevision(set, revision.data));

/** The group's own rule, not the one that a rollout is about to bring: groups with restarts in their past would all start over at once. */
export const ruleOf = (set: LeaderWorkerSet, group: Pick<ObservedGroup, 'revision'>): RestartRule =>
  restartRule(revisedFor(set, group) ?? set);

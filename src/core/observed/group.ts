import { ANNOTATION, LABEL } from '../../api/labels.ts';
import type { ObservedPod } from './observed-pod.ts';
import type { ObservedWorkerStatefulSet } from './observed-stateful-set.ts';
import { controllerOf, isControlledBy } from './controller-of.ts';

/** One group as the caches show it: its leader and, beyond size 1, the StatefulSet of its workers. */
export type Group = {
  readonly index: number;
  readonly leader: ObservedPod;
  /** Only the one that this very leader owns. */
  readonly workerStatefulSet?: ObservedWorkerStatefulSet | undefined;
  /** How long this process has seen it not ready, in milliseconds; 0 while it is ready. */
  readonly unreadyMs?: number;
};

/** Pods of a leader's group, itself included, as its revision has it; `fallback` when the leader doesn't say. */
export const leaderGroupSize = (leader: ObservedPod, fallback: number): number => {
  const text = leader.metadata.annotations?.[ANNOTATION.size];
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : fallback;
};

/** The key of the revision that an object was made of. */
export const revisionOf = (object: { metadata: ObservedPod['metadata'] }): string | undefined =>
  object.metadata.labels?.[LABEL.revision];

/** True when an object is on its way out. */
export const isDeleting = (object: { metadata: ObservedPod['metadata'] }): boolean =>
  object.metadata.deletionTimestamp !== undefined;

/** True when `leader` is the very pod that owns the StatefulSet, not an earlier one of its name. */
export const isOwnedByLeader = (statefulSet: ObservedWorkerStatefulSet, leader: ObservedPod): boolean =>
  isControlledBy(statefulSet, leader);

/** True when some leader owns the StatefulSet, so that it goes when that leader goes. One without would stay for ever. */
export const hasLeader = (statefulSet: ObservedWorkerStatefulSet | undefined): boolean =>
  statefulSet !== undefined && controllerOf(statefulSet.metadata)?.kind === 'Pod';

/** True when all workers of the StatefulSet as it is now are ready. */
export const areWorkersReady = ({ metadata, replicas, status }: ObservedWorkerStatefulSet): boolean =>
  status.availableReplicas === replicas &&
  status.currentRevision === status.updateRevision &&
  (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);

/** True when all of the group's pods are there and ready, and none of them is about to go. */
export const isGroupReady = ({ leader, workerStatefulSet }: Group, size: number): boolean =>
  leader.phase === 'Running' &&
  leader.ready &&
  !isDeleting(leader) &&
  (leaderGroupSize(leader, size) === 1 || (workerStatefulSet !== undefined && areWorkersReady(workerStatefulSet)));

/** True when the group's pods are of the revision `key`. */
export const isGroupUpdated = ({ leader, workerStatefulSet }: Group, size: number, key: string): boolean =>
  revisionOf(leader) === key &&
  (leaderGroupSize(leader, size) === 1 || (workerStatefulSet !== undefined && revisionOf(workerStatefulSet) === key));

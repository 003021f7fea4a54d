import { hash } from 'node:crypto';
import { isControlledBy } from '../observed/controller-of.ts';
import { isDeleting } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { ObservedWorkerStatefulSet } from '../observed/observed-stateful-set.ts';

/** The pods of a group at one moment. */
export type GroupPods = {
  readonly leader: ObservedPod;
  /** Only the one that this very leader owns. */
  readonly workerStatefulSet?: ObservedWorkerStatefulSet | undefined;
  /** Only pods that this very StatefulSet owns. */
  readonly workers: readonly ObservedPod[];
  /** Pods that make up the group, the leader included. */
  readonly size: number;
};

/**
 * Which pods make up one incarnation of a group: what a later look is compared with. A pod that was here and is gone, or has been replaced,
 * means that the group failed, however briefly and whoever watched.
 */
export type GroupMemory = {
  readonly leaderUid: string;
  readonly statefulSetUid: string | undefined;
  /** Uids of workers by pod name. */
  readonly workers: ReadonlyMap<string, string>;
  /** Once every pod existed and none was pending any more. */
  readonly started: boolean;
  /** Restarts of all containers at that moment: they belong to the start. */
  readonly restartsAtStart: number;
};

/** How often containers of the group have restarted, the leader's included. */
export const countRestarts = ({ leader, workers }: GroupPods): number =>
  workers.reduce((sum, { restarts }) => sum + restarts, leader.restarts);

/** Every pod of the group exists and is there to stay. */
export const isComplete = ({ leader, workers, size }: GroupPods): boolean =>
  workers.length === size - 1 && !isDeleting(leader) && !workers.some(isDeleting);

const hasStarted = (pods: GroupPods): boolean =>
  isComplete(pods) && ![pods.leader, ...pods.workers].some(({ phase }) => phase === 'Pending');

const knownWorkers = (memory: GroupMemory | undefined, pods: GroupPods): ReadonlyMap<string, string> =>
  memory !== undefined && memory.statefulSetUid === pods.workerStatefulSet?.metadata.uid ? memory.workers : new Map();

/** True when the memory is of the leader that is here now, and not of an earlier one. */
export const isOfLeader = (memory: { readonly leaderUid: string } | undefined, leader: ObservedPod): boolean =>
  memory?.leaderUid === leader.metadata.uid;

/**
 * What is to be remembered after this look at the group, when it showed no failure: a worker that took the place of another is then one of the group.
 * Answers the same memory when nothing is new.
 */
export const remember = (before: GroupMemory | undefined, pods: GroupPods): GroupMemory => {
  const memory = isOfLeader(before, pods.leader) ? before : undefined;
  const known = knownWorkers(memory, pods);
  const added = pods.workers.filter(
    ({ metadata }) => known.get(metadata.name ?? '') !== metadata.uid && !isDeleting({ metadata }),
  );
  const started = memory?.started ?? false;
  const starts = !started && hasStarted(pods);
  const isSameSet = memory?.statefulSetUid === pods.workerStatefulSet?.metadata.uid;
  if (memory !== undefined && isSameSet && added.length === 0 && !starts) return memory;
  return {
    leaderUid: pods.leader.metadata.uid ?? '',
    statefulSetUid: pods.workerStatefulSet?.metadata.uid,
    workers: new Map([...known, ...added.map(({ metadata }) => [metadata.name ?? '', metadata.uid ?? ''] as const)]),
    started: started || starts,
    restartsAtStart: starts ? countRestarts(pods) : (memory?.restartsAtStart ?? 0),
  };
};

/** Workers of the StatefulSet among pods that carry its name: those of an earlier StatefulSet are left out. */
export const workersOf = (
  statefulSet: ObservedWorkerStatefulSet | undefined,
  pods: readonly ObservedPod[],
): readonly ObservedPod[] => (statefulSet === undefined ? [] : pods.filter((pod) => isControlledBy(pod, statefulSet)));

const DIGEST_LENGTH = 6;

/** A few characters that stand for a text: enough to notice that it is another one. */
export const digest = (text: string): string => hash('sha1', text, 'base64url').slice(0, DIGEST_LENGTH);

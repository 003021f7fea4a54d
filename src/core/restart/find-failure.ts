import type { RestartCause } from '../../api/groups.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION } from '../../api/labels.ts';
import { isDeleting, revisionOf } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import { type GroupMemory, type GroupPods, countRestarts, isOfLeader, remember } from './group-memory.ts';
import { type Incarnation, haveWorkersChanged, isSameIncarnation } from './incarnations.ts';

export type RestartRule = 'never' | 'onPodRestart' | 'afterStart';

/** When a failed pod takes its group with it. */
export const restartRule = ({ metadata, spec }: LeaderWorkerSet): RestartRule => {
  const policy = spec.leaderWorkerTemplate.restartPolicy;
  if (policy === 'RecreateGroupAfterStart') return 'afterStart';
  if (policy !== undefined && policy !== 'RecreateGroupOnPodRestart') return 'never';
  return metadata.annotations?.[ANNOTATION.recreateGroupAfterStart] === undefined ? 'onPodRestart' : 'afterStart';
};

/** What is known of the group from earlier looks: by this process, or by one before it. */
export type Known = { readonly memory?: GroupMemory | undefined; readonly recorded?: Incarnation | undefined };

/** The pod that failed, and in what way. */
export type Failure = { readonly pod: string; readonly cause: RestartCause };

const failure = ({ metadata }: ObservedPod, cause: RestartCause): Failure => ({ pod: metadata.name ?? '', cause });

/** Why a pod goes: a StatefulSet also deletes pods that have failed, such as those that a node had no room for. */
export const departureCause = ({ phase }: ObservedPod): RestartCause =>
  phase === 'Failed' ? 'pod_failed' : 'pod_deleted';

const hasRestarted = ({ phase, restarts }: ObservedPod): boolean =>
  restarts > 0 && (phase === 'Running' || phase === 'Pending');

/** A remembered worker that is gone, or has been replaced under its name. */
const findLost = (memory: GroupMemory, { workers }: GroupPods): Failure | undefined => {
  const present = new Map(workers.map(({ metadata }) => [metadata.name, metadata.uid]));
  const [pod] = [...memory.workers].find(([name, uid]) => present.get(name) !== uid) ?? [];
  return pod === undefined ? undefined : { pod, cause: 'pod_deleted' };
};

const youngest = (workers: readonly ObservedPod[]): ObservedPod | undefined =>
  [...workers].sort((a, b) =>
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )[0];

/** A worker that was deleted: it is about to go, is gone, or has been replaced, even while no manager ran. */
const findDeleted = (pods: GroupPods, { memory, recorded }: Known): Failure | undefined => {
  // Workers that go with their StatefulSet come back with the next one; that is no failure of theirs.
  if (pods.workerStatefulSet !== undefined && isDeleting(pods.workerStatefulSet)) return undefined;
  const deleting = pods.workers.find(isDeleting);
  if (deleting !== undefined) return failure(deleting, departureCause(deleting));
  if (memory !== undefined && isOfLeader(memory, pods.leader))
    return memory.statefulSetUid === pods.workerStatefulSet?.metadata.uid ? findLost(memory, pods) : undefined;
  if (recorded === undefined || !isSameIncarnation(recorded, pods) || !haveWorkersChanged(recorded, pods))
    return undefined;
  return failure(youngest(pods.workers) ?? pods.leader, 'pod_deleted');
};

/** What is known of this very incarnation. */
const knownOf = (pods: GroupPods, { memory, recorded }: Known): Known => ({
  memory: isOfLeader(memory, pods.leader) ? memory : undefined,
  recorded: recorded !== undefined && isSameIncarnation(recorded, pods) ? recorded : undefined,
});

/** Restarts that belonged to the group's start under the rule of that time; when the rule changes, they are not held against it. */
const forgivenRestarts = (pods: GroupPods, known: Known): number => {
  const { memory, recorded } = knownOf(pods, known);
  return memory?.restartsAtStart ?? recorded?.restartsAtStart ?? 0;
};

const findAfterStart = (pods: GroupPods, known: Known): Failure | undefined => {
  const { memory, recorded } = knownOf(pods, known);
  if (memory === undefined && recorded === undefined) return undefined;
  if (memory !== undefined && !memory.started) return undefined;
  if (countRestarts(pods) > forgivenRestarts(pods, known))
    return failure([pods.leader, ...pods.workers].find(hasRestarted) ?? pods.leader, 'container_restarted');
  return findDeleted(pods, known);
};

/**
 * The failure that means that the whole group must be recreated; undefined when there is none. A failed pod
 * has restarted a container, was deleted or has been replaced. Only pods of this incarnation count: a worker of an earlier leader, of an earlier
 * StatefulSet or of another revision is on its way out already. A leader that is going takes its group with it anyway.
 */
export const findFailure = (rule: RestartRule, pods: GroupPods, known: Known): Failure | undefined => {
  if (rule === 'never' || isDeleting(pods.leader)) return undefined;
  const same = { ...pods, workers: pods.workers.filter((worker) => revisionOf(worker) === revisionOf(pods.leader)) };
  if (rule === 'afterStart') return findAfterStart(same, known);
  const restarted =
    countRestarts(same) > forgivenRestarts(same, known) ? [same.leader, ...same.workers].find(hasRestarted) : undefined;
  return restarted === undefined ? findDeleted(same, known) : failure(restarted, 'container_restarted');
};

/** The memory of a process that starts with a record: what it sees now was there when the record was made. */
export const recall = (pods: GroupPods, { memory, recorded }: Known): GroupMemory => {
  const next = remember(memory, pods);
  return memory === undefined && recorded !== undefined && isSameIncarnation(recorded, pods)
    ? { ...next, started: true, restartsAtStart: recorded.restartsAtStart }
    : next;
};

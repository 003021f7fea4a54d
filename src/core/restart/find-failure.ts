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

const nameOf = (pod: ObservedPod): string => pod.metadata.name ?? '';

const hasRestarted = ({ phase, restarts }: ObservedPod): boolean =>
  restarts > 0 && (phase === 'Running' || phase === 'Pending');

/** A remembered worker that is gone, or has been replaced under its name. */
const findLost = (memory: GroupMemory, { workers }: GroupPods): string | undefined => {
  const present = new Map(workers.map(({ metadata }) => [metadata.name, metadata.uid]));
  return [...memory.workers].find(([name, uid]) => present.get(name) !== uid)?.[0];
};

const youngest = (workers: readonly ObservedPod[]): ObservedPod | undefined =>
  [...workers].sort((a, b) =>
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )[0];

/** A worker that was deleted: it is about to go, is gone, or has been replaced, even while no manager ran. */
const findDeleted = (pods: GroupPods, { memory, recorded }: Known): string | undefined => {
  // Workers that go with their StatefulSet come back with the next one; that is no failure of theirs.
  if (pods.workerStatefulSet !== undefined && isDeleting(pods.workerStatefulSet)) return undefined;
  const deleting = pods.workers.find(isDeleting);
  if (deleting !== undefined) return nameOf(deleting);
  if (memory !== undefined && isOfLeader(memory, pods.leader))
    return memory.statefulSetUid === pods.workerStatefulSet?.metadata.uid ? findLost(memory, pods) : undefined;
  if (recorded === undefined || !isSameIncarnation(recorded, pods) || !haveWorkersChanged(recorded, pods))
    return undefined;
  return nameOf(youngest(pods.workers) ?? pods.leader);
};

const findAfterStart = (pods: GroupPods, known: Known): string | undefined => {
  const recorded = known.recorded !== undefined && isSameIncarnation(known.recorded, pods) ? known.recorded : undefined;
  const memory = isOfLeader(known.memory, pods.leader) ? known.memory : undefined;
  if (memory === undefined && recorded === undefined) return undefined;
  if (memory !== undefined && !memory.started) return undefined;
  const restartsAtStart = memory?.restartsAtStart ?? recorded?.restartsAtStart ?? 0;
  if (countRestarts(pods) > restartsAtStart)
    return nameOf([pods.leader, ...pods.workers].find(hasRestarted) ?? pods.leader);
  return findDeleted(pods, known);
};

/**
 * The name of the pod whose failure means that the whole group must be recreated; undefined when there is none. A failed pod
 * has restarted a container, was deleted or has been replaced. Only pods of this incarnation count: a worker of an earlier leader, of an earlier
 * StatefulSet or of another revision is on its way out already. A leader that is going takes its group with it anyway.
 */
export const findFailure = (rule: RestartRule, pods: GroupPods, known: Known): string | undefined => {
  if (rule === 'never' || isDeleting(pods.leader)) return undefined;
  const same = { ...pods, workers: pods.workers.filter((worker) => revisionOf(worker) === revisionOf(pods.leader)) };
  if (rule === 'afterStart') return findAfterStart(same, known);
  const restarted = [same.leader, ...same.workers].find(hasRestarted);
  return restarted === undefined ? findDeleted(same, known) : nameOf(restarted);
};

/** The memory of a process that starts with a record: what it sees now was there when the record was made. */
export const recall = (pods: GroupPods, { memory, recorded }: Known): GroupMemory => {
  const next = remember(memory, pods);
  return memory === undefined && recorded !== undefined && isSameIncarnation(recorded, pods)
    ? { ...next, started: true, restartsAtStart: recorded.restartsAtStart }
    : next;
};

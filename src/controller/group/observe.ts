import type { Node } from '../../api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../api/labels.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { controllerOf } from '../../core/observed/controller-of.ts';
import { hasLeader, revisionOf } from '../../core/observed/group.ts';
import type { ObservedPod } from '../../core/observed/observed-pod.ts';
import { splitOrdinal } from '../../core/ordinal.ts';
import { findRevision } from '../../core/reconcile/choose-revision.ts';
import { findUnadmitted } from '../../core/reconcile/find-unadmitted.ts';
import type { ObservedGroup } from '../../core/reconcile/observed-group.ts';
import { digest, isOfLeader } from '../../core/restart/group-memory.ts';
import { hadWorkers } from '../../core/restart/incarnations.ts';
import { isNotFound } from '../../kube/api-error.ts';
import type { RestClient } from '../../kube/rest-client.ts';
import { type Caches, keyOf, leaderStatefulSetOf, workerStatefulSetOf } from '../caches.ts';
import type { GroupMemories } from '../group-memories.ts';
import { isStillThere } from '../read-live.ts';
import type { RepairDelays } from './repair-delays.ts';

/** Which group of which set a leader's name stands for. */
export const groupOf = (
  groupKey: string,
): { readonly setKey: string; readonly namespace: string; readonly index: number } => {
  const [namespace = '', name = ''] = groupKey.split('/');
  const { parent, ordinal } = splitOrdinal(name);
  return { setKey: keyOf(namespace, parent), namespace, index: ordinal };
};

type Place = Pick<ObservedGroup, 'topology' | 'topologyProblem'>;

const NOWHERE: Place = { topology: undefined };

/** Where the leader's node stands, or why that cannot be said. */
const readPlace = async (client: RestClient, key: string, nodeName: string): Promise<Place> => {
  try {
    const node = await client.get<Node>({ apiVersion: 'v1', kind: 'Node', namespace: '', name: nodeName });
    const value = node.metadata.labels?.[key];
    return value === undefined
      ? { ...NOWHERE, topologyProblem: `node ${nodeName} has no label ${key}` }
      : { topology: { key, value } };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { ...NOWHERE, topologyProblem: `node ${nodeName} is gone` };
  }
};

export type GroupObserverOptions = {
  readonly caches: Caches;
  readonly memories: GroupMemories;
  readonly repairs: RepairDelays;
  readonly client: RestClient;
  readonly gangScheduling: boolean;
};

/** Reads groups from the caches for their reconciler, and the leader's node from the API server when its workers are about to be placed. */
export const createGroupObserver =
  ({ caches, memories, repairs, client, gangScheduling }: GroupObserverOptions) =>
  async (groupKey: string): Promise<ObservedGroup> => {
    const { setKey, namespace, index } = groupOf(groupKey);
    const name = groupKey.slice(namespace.length + 1);
    const cached = caches.pods.get(namespace, name);
    const leader = cached !== undefined && isLeaderPod(cached) ? cached : undefined;
    const setName = leader?.metadata.labels?.[LABEL.name] ?? '';
    // A pod that merely carries the labels of a set's leaders is none of its groups.
    const set = setKey === keyOf(namespace, setName) ? caches.sets.get(namespace, setName) : undefined;
    const workerStatefulSet = workerStatefulSetOf(caches, namespace, name);
    const leaderStatefulSet = leaderStatefulSetOf(caches, namespace, setName);
    const known = set === undefined ? NOTHING_KNOWN : memories.recall(setKey, index, leaderStatefulSet);
    const isGone = workerStatefulSet === undefined && mayBeGone(leader, known) && !(await isStillThere(client, leader));
    const workers = caches.pods.byIndex('group', groupKey).filter((pod) => pod !== cached);
    const unadmitted =
      set === undefined || leader === undefined
        ? undefined
        : findUnadmitted({ set, leader, leaderStatefulSet, workerStatefulSet, workers });
    return {
      set,
      leader: isGone ? undefined : leader,
      workerStatefulSet,
      workers,
      service: caches.services.get(namespace, name),
      podGroup: podGroupOf(caches, leader),
      revision: leader === undefined || set === undefined ? undefined : revisionOfLeader(caches, setKey, set, leader),
      ...(hasLeader(workerStatefulSet) ? NOWHERE : await placeOf(client, leader)),
      gangScheduling,
      currentRevision: leaderStatefulSet === undefined ? undefined : revisionOf(leaderStatefulSet),
      ...(unadmitted === undefined || leader === undefined
        ? {}
        : { unadmitted: { pod: unadmitted, dueInMs: repairs.dueInMs(groupKey, leader.metadata.uid ?? '') } }),
      ...known,
    };
  };

const isLeaderPod = ({ metadata }: ObservedPod): boolean => metadata.labels?.[LABEL.workerIndex] === '0';

type KnownLeader = Pick<ObservedGroup, 'memory' | 'recorded'>;

const NOTHING_KNOWN: KnownLeader = { memory: undefined, recorded: undefined };

/**
 * Pods and StatefulSets come by different watches: a leader whose workers are gone may be gone as well, and must not get new ones, which would be in the
 * way of those of the next leader.
 */
const mayBeGone = (leader: ObservedPod | undefined, { memory, recorded }: KnownLeader): leader is ObservedPod =>
  leader !== undefined &&
  ((isOfLeader(memory, leader) && memory?.statefulSetUid !== undefined) ||
    (recorded?.leader === digest(leader.metadata.uid ?? '') && hadWorkers(recorded)));

const podGroupOf = (caches: Caches, leader: ObservedPod | undefined): ObservedGroup['podGroup'] =>
  caches.podGroups?.get(leader?.metadata.namespace ?? '', leader?.metadata.annotations?.[ANNOTATION.podGroup] ?? '');

const revisionOfLeader = (
  caches: Caches,
  setKey: string,
  set: LeaderWorkerSet,
  leader: ObservedPod,
): ObservedGroup['revision'] => {
  const own = caches.revisions.byIndex('set', setKey).filter(({ metadata }) => {
    const owner = controllerOf(metadata);
    return owner === undefined || owner.uid === set.metadata.uid;
  });
  return findRevision(own, revisionOf(leader) ?? '');
};

const placeOf = async (client: RestClient, leader: ObservedPod | undefined): Promise<Place> => {
  const key = leader?.metadata.annotations?.[ANNOTATION.exclusiveTopology];
  return !key || leader?.nodeName === undefined ? NOWHERE : readPlace(client, key, leader.nodeName);
};

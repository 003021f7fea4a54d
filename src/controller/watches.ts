import type { KubeObject } from '../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { controllerOf } from '../core/observed/controller-of.ts';
import type { ObservedPod } from '../core/observed/observed-pod.ts';
import { areWorkersReady, isDeleting } from '../core/observed/group.ts';
import { type ObservedStatefulSet, isWorkerStatefulSet } from '../core/observed/observed-stateful-set.ts';
import { restartRule } from '../core/restart/find-failure.ts';
import type { Change } from '../kube/informer-cache.ts';
import { type Caches, groupKeyOf, keyOf, setKeyOf } from './caches.ts';
import { groupOf } from './group/observe.ts';
import type { GroupMemories } from './group-memories.ts';
import type { WorkQueue } from './work-queue.ts';

export type WatchOptions = {
  readonly caches: Caches;
  readonly sets: WorkQueue;
  readonly groups: WorkQueue;
  /** Called with the key of each set that is gone. */
  readonly forgetSet: (setKey: string) => void;
  readonly memories: Pick<GroupMemories, 'forgetGroup'>;
};

/** The StatefulSet controller usually reports a leader's change before we need it; this is for when it reported too early. */
const AFTER_LEADER_MS = 1_000;

const SMALL_SET = 10;
const MS_PER_GROUP = 0.5;

const current = <T extends KubeObject>(change: Change<T>): T =>
  change.kind === 'deleted' ? change.before : change.after;

const nameKey = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);

const didLeaderChange = ({ before, after }: Change<ObservedPod>): boolean =>
  before?.ready !== after?.ready ||
  before?.metadata.uid !== after?.metadata.uid ||
  before?.metadata.deletionTimestamp !== after?.metadata.deletionTimestamp;

/** The annotation that says which restarts count is no part of the spec. */
const concernsGroups = ({ before, after }: Change<LeaderWorkerSet>): boolean =>
  after !== undefined &&
  (before === undefined ||
    before.metadata.generation !== after.metadata.generation ||
    restartRule(before) !== restartRule(after));

/** Workers that come up one by one are no news to their set, until all of them are ready. */
const didSetChange = ({ before, after }: Change<ObservedStatefulSet>): boolean => {
  if (before === undefined || after === undefined) return true;
  if (!isWorkerStatefulSet(before) || !isWorkerStatefulSet(after)) return true;
  return areWorkersReady(before) !== areWorkersReady(after) || isDeleting(before) !== isDeleting(after);
};

/** Turns what changes in the caches into keys of the queues: what touches a whole set, and what touches one group. */
export const watchCaches = ({ caches, sets, groups, forgetSet, memories }: WatchOptions): void => {
  const groupsOfSet = (setKey: string): void => {
    for (const leader of caches.pods.byIndex('leaders', setKey)) groups.add(nameKey(leader));
  };

  /** Looking at a set takes time with the number of its groups, and so does what happens to them: the larger, the more is taken together. */
  const setSoon = (setKey: string): void => {
    const count = caches.pods.byIndex('leaders', setKey).length;
    if (count < SMALL_SET) sets.add(setKey);
    else sets.addAfter(setKey, count * MS_PER_GROUP);
  };

  /** Whatever the object was of, a set or a group that has its name may have waited for it to go. */
  const nameIsFree = (object: KubeObject): void => {
    sets.add(nameKey(object));
    groups.add(nameKey(object));
  };

  caches.sets.onChange((change) => {
    const key = nameKey(current(change));
    if (change.kind === 'deleted') forgetSet(key);
    sets.add(key);
    if (concernsGroups(change)) groupsOfSet(key);
  });

  caches.statefulSets.onChange((change) => {
    const statefulSet = current(change);
    if (isWorkerStatefulSet(statefulSet)) groups.add(nameKey(statefulSet));
    if (change.kind === 'deleted') nameIsFree(statefulSet);
    if (didSetChange(change)) setSoon(setKeyOf(statefulSet));
  });

  caches.pods.onChange((change) => {
    const pod = current(change);
    const group = groupKeyOf(pod);
    groups.add(group);
    if (group !== nameKey(pod) || !didLeaderChange(change)) return;
    sets.addAfter(setKeyOf(pod), AFTER_LEADER_MS);
    if (change.kind === 'deleted') memories.forgetGroup(groupOf(group).setKey, groupOf(group).index);
  });

  caches.services.onChange((change) => {
    const service = current(change);
    if (change.kind === 'deleted') nameIsFree(service);
    if (controllerOf(service.metadata)?.kind === 'Pod') groups.add(nameKey(service));
    else sets.add(nameKey(service));
  });

  // A deleted revision is made again when its set is next reconciled, or when a group needs it.
  caches.revisions.onChange((change) => {
    if (change.kind === 'added') groupsOfSet(setKeyOf(change.after));
  });

  caches.podGroups?.onChange((change) => {
    const owner = controllerOf(current(change).metadata);
    if (owner?.kind === 'Pod') groups.add(keyOf(current(change).metadata.namespace, owner.name));
  });
};

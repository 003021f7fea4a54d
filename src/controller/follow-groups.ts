import type { RestartCause } from '../api/groups.ts';
import { LABEL } from '../api/labels.ts';
import { groupSize } from '../core/desired/pod-template.ts';
import { isDeleting } from '../core/observed/group.ts';
import type { ObservedPod } from '../core/observed/observed-pod.ts';
import { isWorkerStatefulSet } from '../core/observed/observed-stateful-set.ts';
import { departureCause } from '../core/restart/find-failure.ts';
import { leavesUnasked } from '../core/restart/leaves-unasked.ts';
import { groupState } from '../core/status/group-state.ts';
import { rolloutSeconds } from '../core/status/rollout-times.ts';
import { secondsToReady } from '../core/status/seconds-to-ready.ts';
import type { Clock } from '../kube/clock.ts';
import type { Change } from '../kube/informer-cache.ts';
import type { GroupRecorder } from '../telemetry/group-metrics.ts';
import { type Caches, groupKeyOf, isLeader, keyOf, leaderStatefulSetOf } from './caches.ts';
import { eachSet, keyOfGroup, readWorkers } from './each-set.ts';
import { readGroup } from './list-groups.ts';

export type FollowedGroups = {
  /** Keeps why a group is about to lose this leader, until it does. */
  readonly failed: (leader: ObservedPod, cause: RestartCause) => void;
};

/** Kinds come by different watches: that the set is deleted may be told after the deletion of its pods. */
const TOLD_BY_ALL_MS = 1_000;
const BACKGROUND = { background: true };

/** The moment at which a leader's end is certain: a pod that is being deleted does not come back. */
const isEnding = ({ before, after }: Change<ObservedPod>): boolean =>
  before !== undefined && !isDeleting(before) && (after === undefined || isDeleting(after));

/** Counts what happens to groups from now on, by the differences that the caches tell of. */
export const followGroups = (
  caches: Caches,
  clock: Clock,
  metrics: Pick<GroupRecorder, 'restarted' | 'becameReady' | 'rolledOut'>,
): FollowedGroups => {
  const workersOf = readWorkers(caches);
  /** By group: its leader, from its creation until the whole group has been ready once. */
  const starting = new Map<string, string | undefined>();
  /** By uid of the leader. */
  const causes = new Map<string | undefined, RestartCause>();

  const lookAtStart = (key: string): void => {
    if (!starting.has(key)) return;
    const [namespace = '', name = ''] = key.split('/');
    const leader = caches.pods.get(namespace, name);
    const setName = leader?.metadata.labels?.[LABEL.name] ?? '';
    const set = caches.sets.get(namespace, setName);
    if (leader === undefined || set === undefined || leader.metadata.uid !== starting.get(key)) return;
    const group = readGroup(caches, setName, leader);
    if (group === undefined) return;
    const seconds = secondsToReady(group, groupSize(set), () => workersOf(group));
    if (seconds === undefined) return;
    starting.delete(key);
    metrics.becameReady(seconds);
  };

  const isUnasked = (leader: ObservedPod): boolean => {
    const { namespace = '', labels } = leader.metadata;
    const name = labels?.[LABEL.name] ?? '';
    return leavesUnasked(leader, caches.sets.get(namespace, name), leaderStatefulSetOf(caches, namespace, name));
  };

  const lookAtEnd = (leader: ObservedPod): void => {
    const cause = causes.get(leader.metadata.uid);
    causes.delete(leader.metadata.uid);
    if (cause !== undefined) metrics.restarted(cause);
    else if (isUnasked(leader))
      clock.after(TOLD_BY_ALL_MS, () => isUnasked(leader) && metrics.restarted(departureCause(leader)), BACKGROUND);
  };

  const followLeader = (change: Change<ObservedPod>, key: string): void => {
    if (change.kind === 'added') starting.set(key, change.after.metadata.uid);
    if (isEnding(change)) lookAtEnd(change.before ?? change.after);
    if (change.kind === 'deleted') starting.delete(key);
  };

  // What runs already may have been ready before.
  for (const { set, groups } of eachSet(caches))
    for (const group of groups)
      if (groupState(group, groupSize(set), workersOf) === 'pending')
        starting.set(keyOfGroup(group), group.leader.metadata.uid);

  caches.pods.onChange((change) => {
    const pod = change.after ?? change.before;
    const key = groupKeyOf(pod);
    if (isLeader(pod)) followLeader(change, key);
    lookAtStart(key);
  });
  caches.statefulSets.onChange(({ after }) => {
    if (after !== undefined && isWorkerStatefulSet(after))
      lookAtStart(keyOf(after.metadata.namespace, after.metadata.name));
  });
  caches.sets.onChange(({ before, after }) => {
    const seconds = before === undefined || after === undefined ? undefined : rolloutSeconds(before, after);
    if (seconds !== undefined) metrics.rolledOut(seconds);
  });

  return { failed: ({ metadata }, cause) => void causes.set(metadata.uid, cause) };
};

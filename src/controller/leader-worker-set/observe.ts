import type { ControllerRevision, KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { controllerOf } from '../../core/observed/controller-of.ts';
import { groupSize } from '../../core/desired/pod-template.ts';
import type { Group } from '../../core/observed/group.ts';
import type { ObservedLeaderWorkerSet } from '../../core/reconcile/observed-set.ts';
import { revisionData } from '../../core/revision/revision-data.ts';
import { revisionHash } from '../../core/revision/revision-hash.ts';
import { sameRevision } from '../../core/revision/same-revision.ts';
import { type Caches, keyOf, leaderStatefulSetOf } from '../caches.ts';
import type { GroupMemories } from '../group-memories.ts';
import { listGroups } from '../list-groups.ts';
import { createUnreadyTimes } from './unready-times.ts';

/** What is worked out once per generation of a set, because it is asked for many times. */
type OfGeneration = {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly template: { readonly data: string; readonly hash: string };
  /** By resourceVersion of the revision. */
  readonly verdicts: Map<string, boolean>;
};

export type SetObserver = {
  readonly observe: (setKey: string) => ObservedLeaderWorkerSet | undefined;
  readonly statusWritten: (setKey: string) => void;
  /** Keeps a leader StatefulSet that was applied, to tell later whether it has changed. */
  readonly applied: (leaders: KubeObject) => void;
  readonly forget: (setKey: string) => void;
};

const isOwnOrOrphan = (revision: ControllerRevision, set: LeaderWorkerSet): boolean => {
  const owner = controllerOf(revision.metadata);
  return owner === undefined || owner.uid === set.metadata.uid;
};

/** Reads sets from the caches for their reconciler. */
export const createSetObserver = (caches: Caches, memories: GroupMemories, monotonicMs: () => number): SetObserver => {
  const generations = new Map<string, OfGeneration>();
  const statusWrites = new Map<string, number>();
  const applied = new Map<string, { readonly uid: string | undefined; readonly text: string }>();
  const unready = createUnreadyTimes(monotonicMs);

  const groupsOf = (setKey: string, set: LeaderWorkerSet, count: number): Group[] => {
    const [namespace = '', name = ''] = setKey.split('/');
    return unready.measure(setKey, listGroups(caches, namespace, name), { count, size: groupSize(set) });
  };

  const ofGeneration = (setKey: string, set: LeaderWorkerSet): OfGeneration => {
    const { uid, generation } = set.metadata;
    const known = generations.get(setKey);
    if (known !== undefined && known.uid === uid && known.generation === generation) return known;
    const data = revisionData(set);
    const next = {
      uid,
      generation,
      template: { data, hash: revisionHash(data) },
      verdicts: new Map<string, boolean>(),
    };
    generations.set(setKey, next);
    return next;
  };

  const isCurrent = (set: LeaderWorkerSet, { verdicts }: OfGeneration, revision: ControllerRevision): boolean => {
    const version = `${revision.metadata.uid}/${revision.metadata.resourceVersion}`;
    const known = verdicts.get(version);
    if (known !== undefined) return known;
    const verdict = sameRevision(set, revision.data);
    verdicts.set(version, verdict);
    return verdict;
  };

  const lastApplied = (setKey: string, { metadata }: LeaderWorkerSet): string | undefined => {
    const last = applied.get(setKey);
    return last?.uid === metadata.uid ? last?.text : undefined;
  };

  return {
    observe: (setKey) => {
      const [namespace = '', name = ''] = setKey.split('/');
      const set = caches.sets.get(namespace, name);
      if (set === undefined) return undefined;
      const leaderStatefulSet = leaderStatefulSetOf(caches, namespace, name);
      const count = leaderStatefulSet?.spec.replicas ?? 0;
      const known = ofGeneration(setKey, set);
      return {
        set,
        leaderStatefulSet,
        lastApplied: lastApplied(setKey, set),
        service: caches.services.get(namespace, name),
        revisions: caches.revisions.byIndex('set', setKey).filter((revision) => isOwnOrOrphan(revision, set)),
        template: known.template,
        isCurrent: (revision) => isCurrent(set, known, revision),
        groups: groupsOf(setKey, set, count),
        sinceStatusWriteMs: monotonicMs() - (statusWrites.get(setKey) ?? -Infinity),
        incarnations: memories.record(setKey, leaderStatefulSet, count),
      };
    },
    statusWritten: (setKey) => void statusWrites.set(setKey, monotonicMs()),
    applied: (object) => {
      const { namespace, name } = object.metadata;
      const text = JSON.stringify(object);
      applied.set(keyOf(namespace, name), { uid: controllerOf(object.metadata)?.uid, text });
    },
    forget: (setKey) => {
      generations.delete(setKey);
      statusWrites.delete(setKey);
      applied.delete(setKey);
      unready.forget(setKey);
    },
  };
};

import { LABEL } from '../api/labels.ts';
import { leaderName } from '../core/naming.ts';
import { type Group, isOwnedByLeader } from '../core/observed/group.ts';
import type { ObservedPod } from '../core/observed/observed-pod.ts';
import { type Caches, keyOf, workerStatefulSetOf } from './caches.ts';

const groupIndex = (name: string, { metadata }: ObservedPod): number => {
  const text = metadata.labels?.[LABEL.groupIndex] ?? '';
  return /^[0-9]+$/.test(text) && metadata.name === leaderName(name, Number(text)) ? Number(text) : -1;
};

/** The group of a leader of this set as the caches show it; undefined for a pod that merely looks like a leader. */
export const readGroup = (caches: Caches, setName: string, leader: ObservedPod): Group | undefined => {
  const index = groupIndex(setName, leader);
  if (index < 0) return undefined;
  const { namespace = '', name = '' } = leader.metadata;
  const statefulSet = workerStatefulSetOf(caches, namespace, name);
  const isOwn = statefulSet !== undefined && isOwnedByLeader(statefulSet, leader);
  return { index, leader, workerStatefulSet: isOwn ? statefulSet : undefined };
};

/** Lists a set's groups; a pod that merely looks like a leader is none. */
export const listGroups = (caches: Caches, namespace: string, name: string): Group[] =>
  caches.pods
    .byIndex('leaders', keyOf(namespace, name))
    .map((leader) => readGroup(caches, name, leader))
    .filter((group) => group !== undefined);

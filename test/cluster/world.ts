import { digest } from '../../src/core/restart/group-memory.ts';
import { readIncarnations } from '../../src/core/restart/incarnations.ts';
import type { ClusterClient } from './cluster-client.ts';
import { hasCondition } from './has-condition.ts';
import type { KubeObject } from './kube-object.ts';
import { LABEL, LWS, POD, STATEFUL_SET } from './lws-fixtures.ts';
import type { LeaderWorkerSet } from './lws-fixtures.ts';

/** The sets of a namespace at one moment, with what belongs to them by name. */
export interface World {
  readonly pods: ReadonlyMap<string, KubeObject>;
  readonly statefulSets: ReadonlyMap<string, KubeObject>;
  readonly sets: ReadonlyMap<string, LeaderWorkerSet>;
}

const byName = <T extends KubeObject>(objects: readonly T[]): Map<string, T> =>
  new Map(objects.map((object) => [object.metadata.name, object]));

/** Reads a namespace. */
export async function look(client: ClusterClient, namespace: string): Promise<World> {
  const [pods, statefulSets, sets] = await Promise.all([
    client.list({ ...POD, namespace }),
    client.list({ ...STATEFUL_SET, namespace }),
    client.list<LeaderWorkerSet>({ ...LWS, namespace }),
  ]);
  return { pods: byName(pods), statefulSets: byName(statefulSets), sets: byName(sets) };
}

export const uidOf = (object: KubeObject | undefined): string | undefined => object?.metadata.uid;

/** The uid of an object's first owner. */
export const ownerOf = (object: KubeObject | undefined): string | undefined =>
  object?.metadata.ownerReferences?.[0]?.uid;

export const revisionOf = (object: KubeObject | undefined): string | undefined =>
  object?.metadata.labels?.[`${LABEL}template-revision-hash`];

/** The names of a group's pods, its leader first. */
export const podNames = (set: string, index: number, size: number): string[] =>
  Array.from({ length: size }, (_, worker) => (worker === 0 ? `${set}-${index}` : `${set}-${index}-${worker}`));

/**
 * Returns what keeps a group from being whole, ready and of one piece: everything in it has to hang, by uid, on the leader that it sees, and to be of
 * the leader's revision.
 */
export function groupFault(world: World, set: string, index: number, size: number): string | undefined {
  const leaderName = `${set}-${index}`;
  const [leader, ...workers] = podNames(set, index, size).map((name) => world.pods.get(name));
  const statefulSet = world.statefulSets.get(leaderName);
  const parts = [leader, ...workers, ...(size === 1 ? [] : [statefulSet])];
  if (!parts.every((one) => one !== undefined && !one.metadata.deletionTimestamp)) return 'not whole';
  if (![leader, ...workers].every((pod) => hasCondition(pod, 'Ready'))) return 'not ready';
  if (size > 1 && ownerOf(statefulSet) !== uidOf(leader)) return 'mixed: its workers are of another leader';
  if (!workers.every((worker) => ownerOf(worker) === uidOf(statefulSet))) return 'mixed: a worker is of an earlier one';
  return parts.every((one) => revisionOf(one) === revisionOf(leader)) ? undefined : 'of several revisions';
}

/** Whether the record of a set's incarnations names the leader of each of its groups as it is now. */
export function isRecorded({ pods, statefulSets }: World, set: string, groups: number): boolean {
  const recorded = readIncarnations(statefulSets.get(set)?.metadata.annotations?.[`${LABEL}incarnations`]);
  return Array.from({ length: groups }).every(
    (_, index) => recorded.get(index)?.leader === digest(uidOf(pods.get(`${set}-${index}`)) ?? ''),
  );
}

/** One text for all pods that are there: it is another as soon as one is replaced. */
export const podFingerprint = ({ pods }: World): string =>
  Array.from(pods.values(), (pod) => uidOf(pod) ?? '')
    .toSorted()
    .join();

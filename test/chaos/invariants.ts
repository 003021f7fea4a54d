import { hasCondition } from '../cluster/has-condition.ts';
import type { KubeObject } from '../cluster/kube-object.ts';
import { isAvailable } from '../cluster/lws-fixtures.ts';
import type { Change } from '../cluster/read-history.ts';
import { type World, groupFault, isRecorded, ownerOf, podNames, revisionOf, uidOf } from '../cluster/world.ts';
import type { ChaosSet } from './chaos-set.ts';
import type { Operation } from './plan-round.ts';

/** What happened in a round: the world before and after it, and every change of its pods and StatefulSets. */
export interface Episode {
  readonly before: World;
  readonly after: World;
  readonly pods: readonly Change[];
  readonly statefulSets: readonly Change[];
}

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Where the manager keeps a record, so that nothing is missed while it is down. */
const needsRecord = ({ policy, size }: ChaosSet): boolean =>
  policy !== 'None' && (size > 1 || policy === 'RecreateGroupAfterStart');

/** Returns what is not yet as it is meant to be; a set whose template is broken is only waited for. */
export function unrest(world: World, set: ChaosSet): string[] {
  const { name, size, replicas, partition, maxSurge, isBroken } = set;
  if (isBroken) return [];
  const live = world.sets.get(name);
  // As documented, surge groups stay as long as the partition holds groups back.
  const most = replicas + (partition > 0 ? maxSurge : 0);
  const leaders = [...world.pods.keys()].filter((pod) => new RegExp(`^${name}-\\d+$`).test(pod));
  const faults = indexes(replicas).map((index) => [`${name}-${index}`, groupFault(world, name, index, size)] as const);
  return [
    ...(live === undefined || !isAvailable(live) ? [`${name} is not Available`] : []),
    ...(leaders.length >= replicas && leaders.length <= most
      ? []
      : [`${name} has ${leaders.length} leaders, not ${most}`]),
    ...faults.flatMap(([group, fault]) => (fault === undefined ? [] : [`${group} is ${fault}`])),
    ...(needsRecord(set) && !isRecorded(world, name, replicas) ? [`${name} is not recorded`] : []),
  ];
}

/** Returns the pods that the operation shall have replaced and that are still the same. */
export function notReplaced(before: World, world: World, operation: Operation): string[] {
  if (operation.kind !== 'fail') return [];
  return replacedBy(operation)
    .filter((name) => uidOf(world.pods.get(name)) === uidOf(before.pods.get(name)))
    .map((name) => `${name} is not new`);
}

/** The pods that a failure shall replace: the whole group, or, where the policy is None, only what is lost. */
function replacedBy(operation: Extract<Operation, { kind: 'fail' }>): string[] {
  const { before: set, failure, group, worker } = operation;
  const names = podNames(set.name, group, set.size);
  if (set.policy !== 'None' || (failure.losesPod && worker === 0)) return names;
  return failure.losesPod ? names.slice(worker, worker + 1) : [];
}

const added = (changes: readonly Change[], name: string): number =>
  changes.filter(({ type, object }) => type === 'ADDED' && object.metadata.name === name).length;

/** Exactly one new incarnation of exactly the group that failed. */
function incarnationFaults({ before, after, pods, statefulSets }: Episode, operation: Operation): string[] {
  const { name, size, replicas } = operation.before;
  if (operation.kind !== 'fail' && operation.kind !== 'none') return [];
  const replaced = new Set(operation.kind === 'fail' ? replacedBy(operation) : []);
  return indexes(replicas).flatMap((index) => {
    const [leader = '', ...workers] = podNames(name, index, size);
    const wanted = replaced.has(leader) ? 1 : 0;
    const faults: string[] = [];
    if (added(pods, leader) !== wanted) faults.push(`${leader} came ${added(pods, leader)} times, not ${wanted}`);
    if (size > 1 && added(statefulSets, leader) !== wanted)
      faults.push(`the workers of ${leader} came ${added(statefulSets, leader)} times, not ${wanted}`);
    for (const worker of workers)
      if (!replaced.has(worker) && uidOf(before.pods.get(worker)) !== uidOf(after.pods.get(worker)))
        faults.push(`${worker} is another one`);
    return faults;
  });
}

const isReady = (pod: KubeObject | undefined): boolean =>
  pod !== undefined && !pod.metadata.deletionTimestamp && hasCondition(pod, 'Ready');

/** Which leader a worker StatefulSet was made for, by its uid. */
function leadersOf({ before, statefulSets }: Episode): Map<string | undefined, string | undefined> {
  const all = [...before.statefulSets.values(), ...statefulSets.map(({ object }) => object)];
  return new Map(all.map((object) => [uidOf(object), ownerOf(object)]));
}

/** At every moment: enough groups are available as long as only the manager takes them away, and there are not too many. */
function budgetFaults(episode: Episode, { before, after, kind }: Operation): string[] {
  if (kind === 'fail') return [];
  const { name, size } = before;
  const replicas = [before.replicas, after.replicas];
  const fewest = kind === 'repair' ? 0 : Math.min(...replicas) - after.maxUnavailable;
  const most = Math.max(...replicas) + after.maxSurge;
  const leaders = leadersOf(episode);
  const pods = new Map([...episode.before.pods].filter(([pod]) => pod.startsWith(`${name}-`)));
  const groups = indexes(most + 1).map((index) => podNames(name, index, size));
  const isGroupAvailable = ([leaderName = '', ...workers]: string[]): boolean => {
    const leader = pods.get(leaderName);
    return (
      isReady(leader) &&
      workers.every((worker) => isReady(pods.get(worker)) && leaders.get(ownerOf(pods.get(worker))) === uidOf(leader))
    );
  };
  const wasBroken = before.isBroken;
  const faults = new Set<string>();
  for (const { type, object } of episode.pods) {
    if (!object.metadata.name.startsWith(`${name}-`)) continue;
    if (type === 'DELETED') pods.delete(object.metadata.name);
    else pods.set(object.metadata.name, object);
    const count = [...pods.keys()].filter((pod) => new RegExp(`^${name}-\\d+$`).test(pod)).length;
    const available = groups.filter(isGroupAvailable).length;
    if (count > most) faults.add(`${name} had ${count} groups, more than ${most}`);
    if (!wasBroken && available < fewest) faults.add(`${name} had ${available} available groups, fewer than ${fewest}`);
  }
  return [...faults];
}

/** Groups below the partition are left alone by a change of the template, and the others get it. */
function partitionFaults({ before, after }: Episode, { before: was, after: is, kind }: Operation): string[] {
  if (kind !== 'roll' && kind !== 'break') return [];
  return indexes(Math.min(was.replicas, is.partition))
    .map((index) => `${is.name}-${index}`)
    .filter((leader) => uidOf(before.pods.get(leader)) !== uidOf(after.pods.get(leader)))
    .map((leader) => `${leader} is below the partition and was replaced`);
}

/** A rollout ends with every group from the partition on having the newest template. */
function rolloutFaults({ after }: Episode, { after: set }: Operation): string[] {
  const wanted = revisionOf(after.statefulSets.get(set.name));
  if (set.isBroken) return [];
  return indexes(set.replicas)
    .filter((index) => index >= set.partition)
    .map((index) => `${set.name}-${index}`)
    .filter((leader) => revisionOf(after.pods.get(leader)) !== wanted)
    .map((leader) => `${leader} does not have the newest template`);
}

/** Returns everything in an episode that must not happen, in words. */
export const violations = (episode: Episode, operations: readonly Operation[]): string[] =>
  operations.flatMap((operation) => [
    ...incarnationFaults(episode, operation),
    ...budgetFaults(episode, operation),
    ...partitionFaults(episode, operation),
    ...rolloutFaults(episode, operation),
  ]);

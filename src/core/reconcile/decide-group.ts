import type { Event } from '../../api/events.ts';
import type { ControllerRevision, KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION, LABEL } from '../../api/labels.ts';
import { buildGroupService } from '../desired/headless-service.ts';
import { groupSize } from '../desired/pod-template.ts';
import { buildPodGroup } from '../desired/pod-group.ts';
import { type Topology, buildWorkerStatefulSet } from '../desired/worker-stateful-set.ts';
import { isDeleting, isOwnedByLeader, leaderGroupSize, revisionOf } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { ObservedWorkerStatefulSet } from '../observed/observed-stateful-set.ts';
import { type RestartRule, findFailure, recall, restartRule } from '../restart/find-failure.ts';
import { type GroupMemory, type GroupPods, workersOf } from '../restart/group-memory.ts';
import type { Incarnation } from '../restart/incarnations.ts';
import { applyRevision } from '../revision/apply-revision.ts';
import type { Action } from './actions.ts';
import { exactReference, reference } from './reference.ts';

/** One group as the caches show it. Objects are here by name: they may belong to an earlier incarnation. */
export type ObservedGroup = {
  readonly set: LeaderWorkerSet | undefined;
  readonly leader: ObservedPod | undefined;
  readonly workerStatefulSet: ObservedWorkerStatefulSet | undefined;
  /** Pods controlled by a StatefulSet of the leader's name. */
  readonly workers: readonly ObservedPod[];
  readonly service: KubeObject | undefined;
  readonly podGroup: KubeObject | undefined;
  /** The one with the leader's key. */
  readonly revision: ControllerRevision | undefined;
  /** Where the leader runs, with exclusive topology and once it is scheduled. */
  readonly topology: Topology | undefined;
  /** Why it cannot be known where the leader runs, though it is scheduled. */
  readonly topologyProblem?: string | undefined;
  readonly gangScheduling: boolean;
  /** The revision that the set's leaders are to have. */
  readonly currentRevision?: string | undefined;
  readonly memory: GroupMemory | undefined;
  readonly recorded: Incarnation | undefined;
};

export type GroupDecision = { readonly actions: readonly Action[]; readonly memory: GroupMemory | undefined };

type Leaving = ObservedGroup & { readonly leader: ObservedPod };
type Present = ObservedGroup & { readonly set: LeaderWorkerSet; readonly leader: ObservedPod };

const aboutLeader = (
  { set, leader }: Pick<Present, 'set' | 'leader'>,
  event: Pick<Event, 'type' | 'reason' | 'action' | 'note'>,
): Event => ({ ...event, regarding: reference(set), related: reference(leader) });

const recreateGroup = (group: Present, failedPod: string): Action => {
  const { leader } = group;
  const index = leader.metadata.labels?.[LABEL.groupIndex] ?? '';
  const note = `Worker pod ${failedPod} failed, deleted leader pod ${leader.metadata.name} to recreate group ${index}`;
  return {
    kind: 'delete',
    object: exactReference(leader),
    propagation: 'Foreground',
    onSuccess: [aboutLeader(group, { type: 'Normal', reason: 'RecreateGroup', action: 'Delete', note })],
  };
};

/** On clusters that ignore a StatefulSet's start ordinal, a worker with ordinal 0 looks like a leader: stop before it gets workers of its own. */
const isMistakenLeader = ({ metadata }: ObservedPod): boolean => Boolean(metadata.annotations?.[ANNOTATION.leaderName]);

const needsService = ({ metadata }: ObservedPod): boolean =>
  metadata.annotations?.[ANNOTATION.subdomainPolicy] === 'UniquePerReplica';

/** The set with the template that the group's pods are made of; undefined while its revision is not known. */
const revisedFor = ({ set, revision }: Pick<Present, 'set' | 'revision'>): LeaderWorkerSet | undefined =>
  revision === undefined ? undefined : applyRevision(set, revision.data);

const dependents = (group: Present): Action[] => {
  const { set, leader, service, podGroup, gangScheduling } = group;
  const actions: Action[] = [];
  if (needsService(leader) && service === undefined)
    actions.push({ kind: 'create', object: buildGroupService(set, leader), ifExists: 'accept' });
  const needsPodGroup = gangScheduling && podGroup === undefined && leader.metadata.annotations?.[ANNOTATION.podGroup];
  const revised = needsPodGroup ? revisedFor(group) : undefined;
  if (revised !== undefined) actions.push({ kind: 'create', object: buildPodGroup(revised, leader), ifExists: 'wait' });
  return actions;
};

/** Absent, or empty: the group may be spread. */
const isExclusive = ({ metadata }: ObservedPod): boolean =>
  Boolean(metadata.annotations?.[ANNOTATION.exclusiveTopology]);

/** Its creation brings us back here earlier. */
const MISSING_REVISION_SECONDS = 10;

const TOPOLOGY_SECONDS = 30;

/** Workers of which nobody can say where they may run are not created: they could be anywhere. */
const waitForTopology = (group: Present, problem: string): Action[] => [
  {
    kind: 'announce',
    event: aboutLeader(group, {
      type: 'Warning',
      reason: 'FailedCreate',
      action: 'Create',
      note: `Failed to create worker statefulset for leader pod ${group.leader.metadata.name}: ${problem}`,
    }),
  },
  { kind: 'requeue', afterSeconds: TOPOLOGY_SECONDS, because: 'the topology of the leader is not known' },
];

const createWorkers = (group: Present): Action[] => {
  const { set, leader, topology, topologyProblem } = group;
  const revised = revisedFor(group);
  if (revised === undefined)
    return [{ kind: 'requeue', afterSeconds: MISSING_REVISION_SECONDS, because: "the leader's revision is missing" }];
  if (topologyProblem !== undefined) return waitForTopology(group, topologyProblem);
  if (groupSize(revised) <= 1 || (isExclusive(leader) && topology === undefined)) return [];
  const name = leader.metadata.name ?? '';
  const event = { reason: 'GroupsProgressing', action: 'Create', type: 'Normal' } as const;
  return [
    {
      kind: 'create',
      object: buildWorkerStatefulSet({ set, revised, leader, topology: isExclusive(leader) ? topology : undefined }),
      ifExists: 'wait',
      onSuccess: [aboutLeader(group, { ...event, note: `Created worker statefulset for leader pod ${name}` })],
      onFailure: aboutLeader(group, {
        type: 'Warning',
        reason: 'FailedCreate',
        action: 'Create',
        note: `Failed to create worker statefulset for leader pod ${name}`,
      }),
    },
  ];
};

const mayStartWorkers = ({ set, leader }: Present): boolean => set.spec.startupPolicy !== 'LeaderReady' || leader.ready;

const build = (group: Present): Action[] => {
  const actions = dependents(group);
  // Also one of an earlier leader: it is on its way out, and its deletion brings us back here.
  const waits = group.workerStatefulSet !== undefined || !mayStartWorkers(group);
  return waits || leaderGroupSize(group.leader, groupSize(group.set)) === 1
    ? actions
    : [...actions, ...createWorkers(group)];
};

const currentPods = ({ set, leader, workerStatefulSet, workers }: Present): GroupPods => {
  const own =
    workerStatefulSet !== undefined && isOwnedByLeader(workerStatefulSet, leader) ? workerStatefulSet : undefined;
  return {
    leader,
    workerStatefulSet: own,
    workers: workersOf(own, workers),
    size: leaderGroupSize(leader, groupSize(set)),
  };
};

const mistakenLeader = (group: Present): Action => ({
  kind: 'announce',
  event: aboutLeader(group, {
    type: 'Warning',
    reason: 'FailedCreate',
    action: 'Create',
    note: `leader pod ${group.leader.metadata.namespace}/${group.leader.metadata.name} contains mistake annotation '${ANNOTATION.leaderName}': requires Kubernetes ≥v1.27 or v1.26 with StatefulSetStartOrdinal feature`,
  }),
});

/** The group's own rule, not the one that a rollout is about to bring: groups with restarts in their past would all start over at once. */
const ruleOf = (set: LeaderWorkerSet, { revision }: ObservedGroup): RestartRule =>
  restartRule(revisedFor({ set, revision }) ?? set);

/** In a rollout or a scale-down a leader may need its workers until it has served its last requests; so it may where workers fail alone. */
const isLeavingInOrder = (set: LeaderWorkerSet, group: Leaving): boolean => {
  const { leader, currentRevision } = group;
  return (
    ruleOf(set, group) === 'never' ||
    revisionOf(leader) !== currentRevision ||
    Number(leader.metadata.labels?.[LABEL.groupIndex]) >= (set.spec.replicas ?? 1)
  );
};

/**
 * After a failure, and when the set is deleted, the grace periods of the leader and of its workers run side by side, and workers do not wait for a leader on
 * a lost node. Where the leader was deleted in the foreground, the garbage collector sees to that.
 */
const tearDown = (group: Leaving): Action[] => {
  const { set, leader, workerStatefulSet } = group;
  if (workerStatefulSet === undefined || isDeleting(workerStatefulSet) || !isOwnedByLeader(workerStatefulSet, leader))
    return [];
  const isInOrder = set !== undefined && !isDeleting(set) && isLeavingInOrder(set, group);
  if (leader.takesDependents === true || isInOrder) return [];
  return [{ kind: 'delete', object: exactReference(workerStatefulSet), propagation: 'Foreground' }];
};

/** Decides what one group needs: to start over as a whole, or the objects that hang on its leader. Also what to remember of it. */
export const decideGroup = (group: ObservedGroup): GroupDecision => {
  const { set, leader, memory, recorded } = group;
  if (leader === undefined) return { actions: [], memory };
  const departure = isDeleting(leader) ? tearDown({ ...group, leader }) : [];
  if (set === undefined || isDeleting(set)) return { actions: departure, memory };
  const present = { ...group, set, leader };
  const pods = currentPods(present);
  const next = recall(pods, { memory, recorded });
  if (isDeleting(leader)) return { actions: departure, memory: next };
  const failed = findFailure(ruleOf(set, group), pods, { memory, recorded });
  if (failed !== undefined) return { actions: [recreateGroup(present, failed)], memory };
  return { actions: isMistakenLeader(leader) ? [mistakenLeader(present)] : build(present), memory: next };
};

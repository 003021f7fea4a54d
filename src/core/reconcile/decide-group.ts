import type { Event } from '../../api/events.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { ANNOTATION, LABEL } from '../../api/labels.ts';
import { buildGroupService } from '../desired/headless-service.ts';
import { groupSize } from '../desired/pod-template.ts';
import { buildPodGroup } from '../desired/pod-group.ts';
import { buildWorkerStatefulSet } from '../desired/worker-stateful-set.ts';
import { hasLeader, isDeleting, isOwnedByLeader, leaderGroupSize } from '../observed/group.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import { splitOrdinal } from '../ordinal.ts';
import { type Failure, findFailure, recall } from '../restart/find-failure.ts';
import { type GroupPods, workersOf } from '../restart/group-memory.ts';
import type { KeptGroup } from '../restart/incarnations.ts';
import type { Action } from './actions.ts';
import { type ObservedGroup, revisedFor, ruleOf } from './observed-group.ts';
import { exactReference, reference } from './reference.ts';
import { tearDownGroup } from './tear-down-group.ts';

export type GroupDecision = {
  readonly actions: readonly Action[];
  /** What to keep of the group, which is judged by the size and the rule of its own revision; undefined where there is nothing to judge. */
  readonly kept?: KeptGroup;
  /** Why the group has to start over. */
  readonly failure?: Failure;
};

type Present = ObservedGroup & { readonly set: LeaderWorkerSet; readonly leader: ObservedPod };

type Unadmitted = NonNullable<ObservedGroup['unadmitted']>;

const aboutLeader = (
  { set, leader }: Pick<Present, 'set' | 'leader'>,
  event: Pick<Event, 'type' | 'reason' | 'action' | 'note'>,
): Event => ({ ...event, regarding: reference(set), related: reference(leader) });

const failedCreate = (group: Pick<Present, 'set' | 'leader'>, note: string): Event =>
  aboutLeader(group, { type: 'Warning', reason: 'FailedCreate', action: 'Create', note });

const failedWorkers = ({ leader }: Present): string =>
  `Failed to create worker statefulset for leader pod ${leader.metadata.name}`;

/** Without its leader the group goes, and the StatefulSet controller makes a new leader. */
const deleteLeader = (group: Present, type: Event['type'], note: string): Action => ({
  kind: 'delete',
  object: exactReference(group.leader),
  propagation: 'Foreground',
  onSuccess: [aboutLeader(group, { type, reason: 'RecreateGroup', action: 'Delete', note })],
});

const recreateGroup = (group: Present, failedPod: string): Action => {
  const { name, labels } = group.leader.metadata;
  const index = labels?.[LABEL.groupIndex] ?? '';
  return deleteLeader(
    group,
    'Normal',
    `Worker pod ${failedPod} failed, deleted leader pod ${name} to recreate group ${index}`,
  );
};

/** Nothing but admission tells a pod its place, and only when it is made. */
const repairGroup = (group: Present, { pod, dueInMs }: Unadmitted): Action => {
  if (dueInMs > 0)
    return { kind: 'requeue', afterSeconds: dueInMs / 1000, because: 'a pod was made without admission' };
  const { name } = group.leader.metadata;
  const index = splitOrdinal(name ?? '').ordinal;
  const what = pod === group.leader ? 'Leader pod' : 'Worker pod';
  return deleteLeader(
    group,
    'Warning',
    `${what} ${pod.metadata.name} was made without admission, deleted leader pod ${name} to recreate group ${index}`,
  );
};

/** On clusters that ignore a StatefulSet's start ordinal, a worker with ordinal 0 looks like a leader: stop before it gets workers of its own. */
const isMistakenLeader = ({ metadata }: ObservedPod): boolean => Boolean(metadata.annotations?.[ANNOTATION.leaderName]);

const needsService = ({ metadata }: ObservedPod): boolean =>
  metadata.annotations?.[ANNOTATION.subdomainPolicy] === 'UniquePerReplica';

const dependents = (group: Present): Action[] => {
  const { set, leader, service, podGroup, gangScheduling } = group;
  const actions: Action[] = [];
  if (needsService(leader) && service === undefined)
    actions.push({ kind: 'create', object: buildGroupService(set, leader), ifExists: 'accept' });
  const needsPodGroup = gangScheduling && podGroup === undefined && leader.metadata.annotations?.[ANNOTATION.podGroup];
  const revised = needsPodGroup ? revisedFor(group.set, group) : undefined;
  if (revised !== undefined)
    actions.push({
      kind: 'create',
      object: buildPodGroup(revised, leader),
      ifExists: 'wait',
      onFailure: failedCreate(group, `Failed to create PodGroup for leader pod ${leader.metadata.name}`),
    });
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
    event: failedCreate(group, `${failedWorkers(group)}: ${problem}`),
  },
  { kind: 'requeue', afterSeconds: TOPOLOGY_SECONDS, because: 'the topology of the leader is not known' },
];

const createWorkers = (group: Present): Action[] => {
  const { set, leader, topology, topologyProblem } = group;
  const revised = revisedFor(group.set, group);
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
      onFailure: failedCreate(group, failedWorkers(group)),
    },
  ];
};

const sizeOf = ({ set, leader }: Pick<Present, 'set' | 'leader'>): number => leaderGroupSize(leader, groupSize(set));

const mayStartWorkers = ({ set, leader }: Present): boolean => set.spec.startupPolicy !== 'LeaderReady' || leader.ready;

const build = (group: Present): Action[] => {
  const actions = dependents(group);
  // Also one of an earlier leader: it is on its way out, and its deletion brings us back here.
  const waits = hasLeader(group.workerStatefulSet) || !mayStartWorkers(group);
  return waits || sizeOf(group) === 1 ? actions : [...actions, ...createWorkers(group)];
};

const currentPods = ({ set, leader, workerStatefulSet, workers }: Present): GroupPods => {
  const own =
    workerStatefulSet !== undefined && isOwnedByLeader(workerStatefulSet, leader) ? workerStatefulSet : undefined;
  return { leader, workerStatefulSet: own, workers: workersOf(own, workers), size: sizeOf({ set, leader }) };
};

const mistakenLeader = (group: Present): Action => ({
  kind: 'announce',
  event: failedCreate(
    group,
    `leader pod ${group.leader.metadata.namespace}/${group.leader.metadata.name} contains mistake annotation '${ANNOTATION.leaderName}': requires Kubernetes ≥v1.27 or v1.26 with StatefulSetStartOrdinal feature`,
  ),
});

/** Decides what one group needs: to start over as a whole, or the objects that hang on its leader. Also what to remember of it. */
export const decideGroup = (group: ObservedGroup): GroupDecision => {
  const { set, leader, memory, recorded, unadmitted } = group;
  if (leader === undefined) return { actions: [] };
  const departure = isDeleting(leader) ? tearDownGroup({ ...group, leader }) : [];
  if (set === undefined || isDeleting(set)) return { actions: departure };
  const present = { ...group, set, leader };
  const pods = currentPods(present);
  const rule = ruleOf(set, group);
  const kept = { memory: recall(pods, { memory, recorded }), size: pods.size, rule };
  if (isDeleting(leader)) return { actions: departure, kept };
  // Without an index it is no group: workers would not know theirs either, and nothing is counted.
  if (unadmitted?.pod === leader) return { actions: [repairGroup(present, unadmitted)] };
  const failure = findFailure(rule, pods, { memory, recorded });
  // Remembered as it was, so that a deletion that fails is tried again.
  if (failure !== undefined)
    return {
      actions: [recreateGroup(present, failure.pod)],
      failure,
      ...(memory === undefined ? {} : { kept: { ...kept, memory } }),
    };
  if (isMistakenLeader(leader)) return { actions: [mistakenLeader(present)], kept };
  return {
    actions: [...build(present), ...(unadmitted === undefined ? [] : [repairGroup(present, unadmitted)])],
    kept,
  };
};

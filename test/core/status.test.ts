import t from 'tap';
import type { Condition } from '../../src/api/kubernetes.ts';
import type { LeaderWorkerSetStatus } from '../../src/api/leader-worker-set.ts';
import { type Group, isGroupReady } from '../../src/core/observed/group.ts';
import {
  CONDITION,
  type ConditionKind,
  isUpdateDone,
  nextConditions,
  trueConditions,
} from '../../src/core/status/conditions.ts';
import { type GroupCounts, countGroups } from '../../src/core/status/count-groups.ts';
import { nextStatus, statusPatch } from '../../src/core/status/next-status.ts';
import { DELETED_AT, group, leaderPod, leaderWorkerSet, workerStatefulSet } from './fixtures/observed-group.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';

const { available, progressing, updateInProgress } = CONDITION;

void t.test('a group is ready', (t) => {
  const cases: readonly { title: string; group: Group; size?: number; expected: boolean }[] = [
    { title: 'when its leader and all workers are', group: group(0), expected: true },
    { title: 'not while a worker is missing', group: group(0, { ready: false }), expected: false },
    { title: 'not while its workers are still to come', group: group(0, { workers: false }), expected: false },
    {
      title: 'without workers when it is a leader alone',
      group: { index: 0, leader: leaderPod(0, { size: 1 }) },
      expected: true,
    },
    {
      title: 'by the size that its leader was made with, whatever the set says now',
      group: { index: 0, leader: leaderPod(0, { size: 1 }) },
      size: 4,
      expected: true,
    },
    {
      title: "by the set's size when the leader says none",
      group: { index: 0, leader: leaderPod(0, { metadata: { annotations: {} } }) },
      size: 1,
      expected: true,
    },
    {
      title: 'not with a leader that is not ready',
      group: { ...group(0), leader: leaderPod(0, { ready: false }) },
      expected: false,
    },
    {
      title: 'not with a leader that does not run',
      group: { ...group(0), leader: leaderPod(0, { phase: 'Pending' }) },
      expected: false,
    },
    {
      title: 'not with a leader that is going',
      group: { ...group(0), leader: leaderPod(0, { metadata: { deletionTimestamp: DELETED_AT } }) },
      expected: false,
    },
    {
      title: 'not while its workers are being replaced',
      group: { ...group(0), workerStatefulSet: workerStatefulSet(0, { status: { updateRevision: 'b' } }) },
      expected: false,
    },
    {
      title: 'not before the StatefulSet controller has seen the last change',
      group: { ...group(0), workerStatefulSet: workerStatefulSet(0, { metadata: { generation: 2 } }) },
      expected: false,
    },
  ];
  for (const { title, group, size = 3, expected } of cases) t.equal(isGroupReady(group, size), expected, title);
  t.end();
});

const NONE: GroupCounts = {
  ready: 0,
  updated: 0,
  readyDesired: 0,
  inRange: 0,
  updatedInRange: 0,
  updatedAndReadyInRange: 0,
};

void t.test('groups are counted', (t) => {
  const cases: readonly {
    title: string;
    groups: readonly Group[];
    replicas?: number;
    partition?: number;
    expected: Partial<GroupCounts>;
  }[] = [
    { title: 'none', groups: [], expected: {} },
    {
      title: 'all ready',
      groups: [group(0), group(1)],
      expected: { ready: 2, updated: 2, readyDesired: 2, inRange: 2, updatedInRange: 2, updatedAndReadyInRange: 2 },
    },
    {
      title: 'surge groups with the others, but not in range',
      groups: [group(0, { revision: 'old' }), group(1, { revision: 'old' }), group(2)],
      expected: { ready: 3, updated: 1, readyDesired: 2, inRange: 2 },
    },
    {
      title: 'groups that the user holds back not in range',
      groups: [group(0, { revision: 'old' }), group(1, { ready: false })],
      partition: 1,
      expected: { ready: 1, updated: 1, readyDesired: 1, inRange: 1, updatedInRange: 1 },
    },
    {
      title: 'nowhere while their workers are still to come',
      groups: [group(0, { workers: false }), group(1)],
      expected: { ready: 1, updated: 1, readyDesired: 1, inRange: 1, updatedInRange: 1, updatedAndReadyInRange: 1 },
    },
    {
      title: 'as old while only the leader is new',
      groups: [{ ...group(0), workerStatefulSet: workerStatefulSet(0, { revision: 'old' }) }],
      expected: { ready: 1, readyDesired: 1, inRange: 1 },
    },
  ];
  for (const { title, groups, replicas = 2, partition = 0, expected } of cases)
    t.same(countGroups(groups, { replicas, partition }, 3, 'key'), { ...NONE, ...expected }, title);
  t.end();
});

void t.test('a set is', (t) => {
  const cases: readonly {
    title: string;
    counts: Partial<GroupCounts>;
    replicas?: number;
    partition?: number;
    expected: readonly ConditionKind[];
    done: boolean;
  }[] = [
    {
      title: 'updating while a group in range is old',
      counts: { readyDesired: 2, inRange: 2, updatedInRange: 1, updatedAndReadyInRange: 1 },
      expected: [updateInProgress, progressing],
      done: false,
    },
    {
      title: 'available when all groups are ready and new',
      counts: { readyDesired: 2, inRange: 2, updatedInRange: 2, updatedAndReadyInRange: 2 },
      expected: [available],
      done: true,
    },
    {
      title: 'available, but not done, when those in range are new and the rest is held back',
      counts: { readyDesired: 2, inRange: 1, updatedInRange: 1, updatedAndReadyInRange: 1 },
      partition: 1,
      expected: [available],
      done: false,
    },
    {
      title: 'progressing while a group is not ready',
      counts: { readyDesired: 1, inRange: 2, updatedInRange: 2, updatedAndReadyInRange: 1 },
      expected: [progressing],
      done: false,
    },
    { title: 'progressing while groups are missing', counts: {}, expected: [progressing], done: false },
    { title: 'available without groups', counts: {}, replicas: 0, expected: [available], done: true },
  ];
  for (const { title, counts, replicas = 2, partition = 0, expected, done } of cases) {
    t.same(trueConditions({ ...NONE, ...counts }, replicas), expected, title);
    t.equal(isUpdateDone({ ...NONE, ...counts }, { replicas, partition }), done, `${title}: done`);
  }
  t.end();
});

const condition = (
  kind: ConditionKind,
  status: Condition['status'],
  lastTransitionTime = BEFORE,
  observedGeneration = 1,
): Condition => ({ ...kind, status, lastTransitionTime, observedGeneration });

void t.test('conditions change', (t) => {
  const foreign: Condition = {
    type: 'Mine',
    status: 'True',
    reason: 'Mine',
    message: '',
    lastTransitionTime: BEFORE,
    observedGeneration: 1,
  };
  const cases: readonly {
    title: string;
    before: readonly Condition[];
    kinds: readonly ConditionKind[];
    generation?: number;
    expected: readonly Condition[];
    changed: boolean;
  }[] = [
    {
      title: 'from none to progressing',
      before: [],
      kinds: [progressing],
      expected: [condition(progressing, 'True', NOW)],
      changed: true,
    },
    {
      title: 'not when nothing is new',
      before: [condition(progressing, 'True')],
      kinds: [progressing],
      expected: [condition(progressing, 'True')],
      changed: false,
    },
    {
      title: 'to available, which ends progressing and updating, but keeps their words',
      before: [condition(progressing, 'True'), condition(updateInProgress, 'True')],
      kinds: [available],
      expected: [
        condition(progressing, 'False', NOW),
        condition(updateInProgress, 'False', NOW),
        condition(available, 'True', NOW),
      ],
      changed: true,
    },
    {
      title: 'to updating and progressing in one step, which ends available',
      before: [condition(progressing, 'False'), condition(available, 'True')],
      kinds: [updateInProgress, progressing],
      generation: 2,
      expected: [
        condition(progressing, 'True', NOW, 2),
        condition(available, 'False', NOW, 2),
        condition(updateInProgress, 'True', NOW, 2),
      ],
      changed: true,
    },
    {
      title: 'from updating and progressing to progressing alone without ending the update',
      before: [condition(progressing, 'True'), condition(updateInProgress, 'True'), condition(available, 'False')],
      kinds: [progressing],
      expected: [condition(progressing, 'True'), condition(updateInProgress, 'True'), condition(available, 'False')],
      changed: false,
    },
    {
      title: 'no time when only the generation is new, which is worth an event all the same',
      before: [condition(progressing, 'False'), condition(available, 'True')],
      kinds: [available],
      generation: 2,
      expected: [condition(progressing, 'False', BEFORE, 2), condition(available, 'True', BEFORE, 2)],
      changed: true,
    },
    {
      title: 'nothing of a condition that others set, except the generation',
      before: [foreign],
      kinds: [available],
      generation: 2,
      expected: [{ ...foreign, observedGeneration: 2 }, condition(available, 'True', NOW, 2)],
      changed: true,
    },
    {
      title: 'back to True after Unknown',
      before: [condition(available, 'Unknown')],
      kinds: [available],
      expected: [condition(available, 'True', NOW)],
      changed: true,
    },
  ];
  for (const { title, before, kinds, generation = 1, expected, changed } of cases)
    t.same(nextConditions(before, kinds, generation, NOW), { conditions: expected, changed }, title);
  t.end();
});

const SELECTOR = 'leaderworkerset.sigs.k8s.io/name=x,leaderworkerset.sigs.k8s.io/worker-index=0';

void t.test('the status', (t) => {
  t.same(
    nextStatus(leaderWorkerSet(), { ...NONE, ready: 2, updated: 1 }, 3, [progressing], NOW),
    {
      status: {
        conditions: [condition(progressing, 'True', NOW)],
        readyReplicas: 2,
        updatedReplicas: 1,
        replicas: 3,
        hpaPodSelector: SELECTOR,
        observedGeneration: 1,
      },
      conditionChanged: true,
    },
    'tells counts, leaders and conditions',
  );
  const status = { conditions: [condition(available, 'True')], hpaPodSelector: 'mine', observedGeneration: 1 };
  t.same(
    nextStatus(leaderWorkerSet({ status }), NONE, 0, [available], NOW),
    { status, conditionChanged: false },
    'leaves counts of zero out and a selector alone',
  );
  t.end();
});

void t.test('a status patch', (t) => {
  const before: LeaderWorkerSetStatus = { replicas: 2, readyReplicas: 1, observedGeneration: 1, hpaPodSelector: 'a' };
  const cases: readonly { title: string; after: LeaderWorkerSetStatus; expected: object | undefined }[] = [
    { title: 'is none when nothing changes', after: { ...before }, expected: undefined },
    { title: 'holds what changes', after: { ...before, readyReplicas: 2 }, expected: { readyReplicas: 2 } },
    {
      title: 'removes a count that becomes zero',
      after: { replicas: 2, observedGeneration: 1, hpaPodSelector: 'a' },
      expected: { readyReplicas: null },
    },
    {
      title: 'replaces the conditions as a whole',
      after: { ...before, conditions: [condition(available, 'True')] },
      expected: { conditions: [condition(available, 'True')] },
    },
  ];
  for (const { title, after, expected } of cases) t.same(statusPatch(before, after), expected, title);
  t.same(statusPatch({}, before), before, 'of an empty status is the whole of it');
  t.end();
});

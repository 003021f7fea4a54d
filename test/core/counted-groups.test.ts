import t from 'tap';
import type { RestartCause } from '../../src/api/groups.ts';
import { LABEL } from '../../src/api/labels.ts';
import type { Condition } from '../../src/api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import type { Group } from '../../src/core/observed/group.ts';
import { type ObservedPod, observePod } from '../../src/core/observed/observed-pod.ts';
import type { ObservedLeaderStatefulSet } from '../../src/core/observed/observed-stateful-set.ts';
import { findFailure } from '../../src/core/restart/find-failure.ts';
import { type GroupPods, remember } from '../../src/core/restart/group-memory.ts';
import { leavesUnasked } from '../../src/core/restart/leaves-unasked.ts';
import { groupState } from '../../src/core/status/group-state.ts';
import { rolloutSeconds, rolloutStart } from '../../src/core/status/rollout-times.ts';
import { secondsToReady } from '../../src/core/status/seconds-to-ready.ts';
import { tallyGroups } from '../../src/core/status/tally-groups.ts';
import {
  DELETED_AT,
  group,
  leaderPod,
  leaderWorkerSet,
  workerPod,
  workerStatefulSet,
} from './fixtures/observed-group.ts';

const SIZE = 3;
const deleted = { metadata: { deletionTimestamp: DELETED_AT } };
const workers = (...options: readonly object[]): ObservedPod[] =>
  options.map((option, at) => workerPod(0, at + 1, option));

const leaders = (revision = 'key', replicas = 2, metadata: object = {}): ObservedLeaderStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'x', uid: 'leaders', labels: { [LABEL.revision]: revision }, ...metadata },
  spec: { replicas, selector: {}, serviceName: 'x', template: {} },
});

void t.test('the state of a group is', (t) => {
  const starting = { ...group(0, { ready: false }) };
  const cases: readonly { title: string; group: Group; workers?: readonly ObservedPod[]; expected: string }[] = [
    { title: 'ready, whatever single workers say', group: group(0), expected: 'ready' },
    {
      title: 'pending while its workers are to come',
      group: group(0, { workers: false }),
      expected: 'pending',
    },
    { title: 'pending while one is missing', group: starting, workers: workers({}), expected: 'pending' },
    {
      title: 'pending while one is',
      group: starting,
      workers: workers({}, { phase: 'Pending', ready: false }),
      expected: 'pending',
    },
    {
      title: 'pending while its leader is',
      group: { index: 0, leader: leaderPod(0, { size: 1, phase: 'Pending', ready: false }) },
      expected: 'pending',
    },
    {
      title: 'unready when all run and one is not ready',
      group: starting,
      workers: workers({}, { ready: false }),
      expected: 'unready',
    },
    {
      title: 'terminating as soon as its leader is being deleted',
      group: { ...group(0), leader: leaderPod(0, deleted) },
      expected: 'terminating',
    },
  ];
  for (const { title, group, workers = [], expected } of cases)
    t.equal(
      groupState(group, SIZE, () => workers),
      expected,
      title,
    );
  t.end();
});

const BORN = Date.parse('2025-12-31T00:00:00Z') / 1000;

void t.test('the time to ready', (t) => {
  const whole: Group = { ...group(0), leader: leaderPod(0, { readySince: BORN + 5 }) };
  const cases: readonly {
    title: string;
    group: Group;
    workers: readonly ObservedPod[];
    expected: number | undefined;
  }[] = [
    {
      title: 'ends when the last pod is ready',
      group: whole,
      workers: workers({ readySince: BORN + 40 }, { readySince: BORN + 7 }),
      expected: 40,
    },
    {
      title: 'is that of the leader when it comes last',
      group: whole,
      workers: workers({ readySince: BORN + 1 }, { readySince: BORN + 2 }),
      expected: 5,
    },
    {
      title: 'is never negative, whatever the clocks of nodes say',
      group: { ...group(0), leader: leaderPod(0, { readySince: BORN - 9 }) },
      workers: workers({ readySince: BORN - 3 }, { readySince: BORN - 3 }),
      expected: 0,
    },
    {
      title: 'is not known while a worker has not been seen',
      group: whole,
      workers: workers({ readySince: BORN }),
      expected: undefined,
    },
    {
      title: 'is not known while a worker has not been seen ready',
      group: whole,
      workers: workers({ readySince: BORN }, { ready: false }),
      expected: undefined,
    },
    {
      title: 'is not known while the group is not ready',
      group: { ...group(0, { ready: false }), leader: whole.leader },
      workers: workers({ readySince: BORN }, { readySince: BORN }),
      expected: undefined,
    },
  ];
  for (const { title, group, workers, expected } of cases)
    t.equal(
      secondsToReady(group, SIZE, () => workers),
      expected,
      title,
    );
  t.end();
});

void t.test('a pod is ready since its condition says so', (t) => {
  const observe = (conditions: readonly { type: string; status: string; lastTransitionTime?: string }[]) => {
    const { ready, readySince } = observePod({ ...leaderPod(0), spec: { containers: [] }, status: { conditions } });
    return { ready, readySince };
  };
  const at = { lastTransitionTime: '2025-12-31T00:00:05Z' };
  t.strictSame(observe([{ type: 'Ready', status: 'True', ...at }]), { ready: true, readySince: BORN + 5 });
  t.strictSame(observe([{ type: 'Ready', status: 'True' }]), { ready: true, readySince: undefined });
  t.strictSame(observe([{ type: 'Ready', status: 'False', ...at }]), { ready: false, readySince: undefined });
  t.strictSame(observe([]), { ready: false, readySince: undefined });
  t.end();
});

const withCondition = (status: 'True' | 'False' | undefined, lastTransitionTime: string): LeaderWorkerSet => {
  const condition: Condition = {
    type: 'UpdateInProgress',
    status: status ?? 'True',
    reason: 'a',
    message: 'b',
    lastTransitionTime,
  };
  return leaderWorkerSet({ status: { conditions: status === undefined ? [] : [condition] } });
};

void t.test('a rollout', (t) => {
  const BEGAN = '2026-01-01T00:00:00Z';
  const ENDED = '2026-01-01T00:01:30Z';
  const under = withCondition('True', BEGAN);
  t.equal(rolloutStart(under), Date.parse(BEGAN), 'began when its condition became true');
  t.equal(rolloutStart(withCondition('False', ENDED)), undefined, 'is over when the condition is false');
  t.equal(rolloutStart(leaderWorkerSet()), undefined, 'is not there without a status');
  const cases: readonly {
    title: string;
    before: LeaderWorkerSet;
    after: LeaderWorkerSet;
    expected: number | undefined;
  }[] = [
    { title: 'took the time between both', before: under, after: withCondition('False', ENDED), expected: 90 },
    { title: 'goes on', before: under, after: under, expected: undefined },
    {
      title: 'had ended before',
      before: withCondition('False', BEGAN),
      after: withCondition('False', ENDED),
      expected: undefined,
    },
    { title: 'begins', before: withCondition('False', BEGAN), after: under, expected: undefined },
    { title: 'is wiped out with the status', before: under, after: leaderWorkerSet(), expected: undefined },
  ];
  for (const { title, before, after, expected } of cases) t.equal(rolloutSeconds(before, after), expected, title);
  t.end();
});

void t.test('a leader leaves unasked', (t) => {
  const set = leaderWorkerSet();
  const cases = [
    { title: 'when nothing else changes', leaders: leaders(), expected: true },
    { title: 'not with its set', set: undefined, leaders: leaders(), expected: false },
    { title: 'not while its set is being deleted', set: leaderWorkerSet(deleted), leaders: leaders(), expected: false },
    { title: 'not with all leaders', leaders: undefined, expected: false },
    { title: 'not while all leaders are being deleted', leaders: leaders('key', 2, deleted.metadata), expected: false },
    { title: 'not for a new template', leaders: leaders('new'), expected: false },
    { title: 'not when there are to be fewer groups', leaders: leaders('key', 1), expected: false },
  ];
  for (const { title, expected, ...given } of cases)
    t.equal(leavesUnasked(leaderPod(1), 'set' in given ? given.set : set, given.leaders), expected, title);
  t.end();
});

void t.test('a group starts over because', (t) => {
  const whole: GroupPods = {
    leader: leaderPod(0),
    workerStatefulSet: workerStatefulSet(0),
    workers: workers({}, {}),
    size: SIZE,
  };
  const memory = remember(undefined, whole);
  const cases: readonly { title: string; pods: Partial<GroupPods>; expected: [string, RestartCause] }[] = [
    {
      title: 'a container of a worker restarted',
      pods: { workers: workers({ restarts: 1 }, {}) },
      expected: ['x-0-1', 'container_restarted'],
    },
    {
      title: 'a container of the leader restarted',
      pods: { leader: leaderPod(0, { restarts: 1 }) },
      expected: ['x-0', 'container_restarted'],
    },
    { title: 'a worker is deleted', pods: { workers: workers({}, deleted) }, expected: ['x-0-2', 'pod_deleted'] },
    {
      title: 'a worker has failed and is deleted',
      pods: { workers: workers({}, { phase: 'Failed', ...deleted }) },
      expected: ['x-0-2', 'pod_failed'],
    },
    { title: 'a worker is gone', pods: { workers: workers({}) }, expected: ['x-0-2', 'pod_deleted'] },
  ];
  for (const {
    title,
    pods,
    expected: [pod, cause],
  } of cases)
    for (const rule of ['onPodRestart', 'afterStart'] as const)
      t.strictSame(findFailure(rule, { ...whole, ...pods }, { memory }), { pod, cause }, `${title}: ${rule}`);
  t.end();
});

void t.test('groups are counted', (t) => {
  const cases = [
    {
      title: 'by state, those that are missing included',
      set: leaderWorkerSet({ spec: { replicas: 5 } }),
      groups: [group(0), group(1, { ready: false }), { ...group(3), leader: leaderPod(3, deleted) }],
      expected: {
        states: { missing: 2, pending: 1, unready: 0, ready: 1, terminating: 1 },
        outdated: 0,
        notReady: [1, 2, 3],
      },
    },
    {
      title: 'without a list that grows with what the user wrote',
      set: leaderWorkerSet({ spec: { replicas: 1_000_000 } }),
      groups: [group(0), group(999_999)],
      expected: {
        states: { missing: 999_998, pending: 0, unready: 0, ready: 2, terminating: 0 },
        outdated: 0,
        notReady: [1, 2],
      },
    },
    {
      title: 'beyond the replicas while they exist',
      set: leaderWorkerSet({ spec: { replicas: 1 } }),
      groups: [group(0), group(1, { ready: false })],
      expected: {
        states: { missing: 0, pending: 1, unready: 0, ready: 1, terminating: 0 },
        outdated: 0,
        notReady: [],
      },
    },
    {
      title: 'as outdated whether they are ready or not, but not on their way out',
      set: leaderWorkerSet({ spec: { replicas: 3 } }),
      groups: [
        group(0, { revision: 'old' }),
        group(1, { revision: 'old', ready: false }),
        { ...group(2), leader: leaderPod(2, { revision: 'old', ...deleted }) },
      ],
      expected: {
        states: { missing: 0, pending: 1, unready: 0, ready: 1, terminating: 1 },
        outdated: 2,
        notReady: [1, 2],
      },
    },
    {
      title: 'of a set that is being deleted, without wanting more',
      set: leaderWorkerSet({ metadata: { deletionTimestamp: DELETED_AT } }),
      groups: [group(0)],
      expected: {
        states: { missing: 0, pending: 0, unready: 0, ready: 1, terminating: 0 },
        outdated: 0,
        notReady: [],
      },
    },
  ];
  for (const { title, set, groups, expected } of cases)
    t.strictSame(tallyGroups({ set, leaders: leaders(), groups, workersOf: () => [] }), expected, title);
  t.end();
});

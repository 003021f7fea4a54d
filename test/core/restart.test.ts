import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import type { ContainerStatus } from '../../src/api/kubernetes.ts';
import { ANNOTATION } from '../../src/api/labels.ts';
import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import { type ObservedPod, observePod } from '../../src/core/observed/observed-pod.ts';
import { decideGroup } from '../../src/core/reconcile/decide-group.ts';
import { type Known, type RestartRule, findFailure, recall, restartRule } from '../../src/core/restart/find-failure.ts';
import { type GroupMemory, type GroupPods, remember, workersOf } from '../../src/core/restart/group-memory.ts';
import {
  type Incarnation,
  incarnationOf,
  readIncarnations,
  writeIncarnations,
} from '../../src/core/restart/incarnations.ts';
import { DELETED_AT, leaderPod, leaderWorkerSet, workerPod, workerStatefulSet } from './fixtures/observed-group.ts';

const LATER = '2026-01-02T00:00:00Z';

const groupPods = (more: Partial<GroupPods> = {}): GroupPods => ({
  leader: leaderPod(0),
  workerStatefulSet: workerStatefulSet(0),
  workers: [workerPod(0, 1), workerPod(0, 2)],
  size: 3,
  ...more,
});

const withMetadata = (pod: ObservedPod, metadata: Partial<ObservedPod['metadata']>): ObservedPod => ({
  ...pod,
  metadata: { ...pod.metadata, ...metadata },
});

const deleting = (pod: ObservedPod): ObservedPod => withMetadata(pod, { deletionTimestamp: DELETED_AT });
const replaced = (pod: ObservedPod): ObservedPod =>
  withMetadata(pod, { uid: `${pod.metadata.uid} again`, creationTimestamp: LATER });

const restarted = (pod: ObservedPod, ...restarts: readonly number[]): ObservedPod => ({
  ...pod,
  restarts: restarts.reduce((sum, count) => sum + count, 0),
});

const changeWorker =
  (change: (worker: ObservedPod) => ObservedPod) =>
  (pods: GroupPods): GroupPods => ({
    ...pods,
    workers: pods.workers.map((worker) => (worker.metadata.name === 'x-0-1' ? change(worker) : worker)),
  });

const changeLeader =
  (change: (leader: ObservedPod) => ObservedPod) =>
  (pods: GroupPods): GroupPods => ({ ...pods, leader: change(pods.leader) });

const RULES: readonly { readonly title: string; readonly rule: RestartRule; readonly set: LeaderWorkerSet }[] = [
  { title: 'None', rule: 'never', set: leaderWorkerSet({ template: { restartPolicy: 'None' } }) },
  { title: 'Default', rule: 'never', set: leaderWorkerSet({ template: { restartPolicy: 'Default' } }) },
  { title: 'RecreateGroupOnPodRestart', rule: 'onPodRestart', set: leaderWorkerSet() },
  {
    title: 'RecreateGroupAfterStart',
    rule: 'afterStart',
    set: leaderWorkerSet({ template: { restartPolicy: 'RecreateGroupAfterStart' } }),
  },
  {
    title: 'the annotation with RecreateGroupOnPodRestart',
    rule: 'afterStart',
    set: leaderWorkerSet({ metadata: { annotations: { [ANNOTATION.recreateGroupAfterStart]: '' } } }),
  },
  {
    title: 'the annotation with None',
    rule: 'never',
    set: leaderWorkerSet({
      template: { restartPolicy: 'None' },
      metadata: { annotations: { [ANNOTATION.recreateGroupAfterStart]: 'true' } },
    }),
  },
];

void t.test('a set has its restart rule from', (t) => {
  for (const { title, rule, set } of RULES) t.equal(restartRule(set), rule, title);
  t.end();
});

/** The pods named as failed: while this process watched, seen by a later one with a record of the group, and by one without. */
type Verdicts = readonly [running: string | undefined, recorded: string | undefined, unrecorded: string | undefined];

type Failure = {
  readonly title: string;
  readonly happen: (pods: GroupPods) => GroupPods;
  readonly onPodRestart: Verdicts;
  readonly afterStart: Verdicts;
};

const NOTHING: Verdicts = [undefined, undefined, undefined];

const failures: readonly Failure[] = [
  {
    title: 'a container of a worker restarts',
    happen: changeWorker((worker) => restarted(worker, 1)),
    onPodRestart: ['x-0-1', 'x-0-1', 'x-0-1'],
    afterStart: ['x-0-1', 'x-0-1', undefined],
  },
  {
    title: 'a container of the leader restarts',
    happen: changeLeader((leader) => restarted(leader, 2)),
    onPodRestart: ['x-0', 'x-0', 'x-0'],
    afterStart: ['x-0', 'x-0', undefined],
  },
  {
    title: 'a container restarts and its pod waits again',
    happen: changeWorker((worker) => ({ ...restarted(worker, 1), phase: 'Pending' })),
    onPodRestart: ['x-0-1', 'x-0-1', 'x-0-1'],
    afterStart: ['x-0-1', 'x-0-1', undefined],
  },
  {
    title: 'a worker is being deleted, evicted, or its node is lost',
    happen: changeWorker(deleting),
    onPodRestart: ['x-0-1', 'x-0-1', 'x-0-1'],
    afterStart: ['x-0-1', 'x-0-1', undefined],
  },
  {
    title: 'a worker is gone at once; a record tells not which one',
    happen: (pods) => ({ ...pods, workers: pods.workers.slice(1) }),
    onPodRestart: ['x-0-1', 'x-0-2', undefined],
    afterStart: ['x-0-1', 'x-0-2', undefined],
  },
  {
    title: 'a worker is replaced before anyone looks',
    happen: changeWorker(replaced),
    onPodRestart: ['x-0-1', 'x-0-1', undefined],
    afterStart: ['x-0-1', 'x-0-1', undefined],
  },
  {
    title: 'all workers are gone at once; a record tells not which ones',
    happen: (pods) => ({ ...pods, workers: [] }),
    onPodRestart: ['x-0-1', 'x-0', undefined],
    afterStart: ['x-0-1', 'x-0', undefined],
  },
  {
    title: 'a worker has failed, and the StatefulSet controller is yet to replace it',
    happen: changeWorker((worker) => ({ ...worker, phase: 'Failed', ready: false })),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: 'the leader is being deleted, which takes the group along',
    happen: (pods) => changeWorker(deleting)(changeLeader(deleting)(pods)),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: 'the leader is new, and its workers are to come',
    happen: (pods) => ({ ...pods, leader: replaced(pods.leader), workerStatefulSet: undefined, workers: [] }),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: "the workers' StatefulSet is gone with its pods",
    happen: (pods) => ({ ...pods, workerStatefulSet: undefined, workers: [] }),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: "the workers' StatefulSet is being deleted, and its pods go first",
    happen: (pods) => ({
      ...changeWorker(deleting)(pods),
      workerStatefulSet: workerStatefulSet(0, { metadata: { deletionTimestamp: DELETED_AT } }),
    }),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: "the workers' StatefulSet is another one with other pods",
    happen: (pods) => ({
      ...pods,
      workerStatefulSet: workerStatefulSet(0, { metadata: { uid: 'other' } }),
      workers: pods.workers.map(replaced),
    }),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  {
    title: 'a worker of another revision goes',
    happen: (pods) => ({ ...pods, workers: [...pods.workers, deleting(workerPod(0, 3, { revision: 'old' }))] }),
    onPodRestart: NOTHING,
    afterStart: NOTHING,
  },
  { title: 'nothing happens', happen: (pods) => pods, onPodRestart: NOTHING, afterStart: NOTHING },
];

const incarnation = (memory: GroupMemory, size: number): Incarnation | undefined =>
  incarnationOf({ memory, size, rule: 'onPodRestart' });

void t.test('a group fails when', (t) => {
  const before = groupPods();
  const memory = remember(undefined, before);
  const recorded = incarnation(memory, 3);
  const situations: readonly Known[] = [{ memory }, { recorded }, {}];
  for (const { title, happen, ...verdicts } of failures)
    for (const rule of ['never', 'onPodRestart', 'afterStart'] as const)
      t.same(
        situations.map((known) => findFailure(rule, happen(before), known)?.pod),
        rule === 'never' ? NOTHING : verdicts[rule],
        `${title}: ${rule}`,
      );
  t.end();
});

void t.test('restarts are counted of', (t) => {
  const status = (name: string, restartCount: number): ContainerStatus => ({ name, restartCount });
  const raw = { ...leaderPod(0), spec: { containers: [] } };
  const cases = [
    { title: 'a main container', status: { containerStatuses: [status('main', 1), status('other', 2)] }, expected: 3 },
    { title: 'an init container or sidecar', status: { initContainerStatuses: [status('init', 1)] }, expected: 1 },
    { title: 'no container yet', status: {}, expected: 0 },
  ];
  for (const { title, status, expected } of cases) t.equal(observePod({ ...raw, status }).restarts, expected, title);
  t.end();
});

void t.test('after its start, a group fails only by what happens after it', (t) => {
  const starting = groupPods({ workers: [workerPod(0, 1), workerPod(0, 2, { phase: 'Pending', ready: false })] });
  const crashed = changeWorker((worker) => restarted(worker, 3));
  const look = (
    memory: GroupMemory | undefined,
    pods: GroupPods,
  ): { memory: GroupMemory; failed: string | undefined } => ({
    failed: findFailure('afterStart', pods, { memory })?.pod,
    memory: recall(pods, { memory, recorded: undefined }),
  });
  const play = (...looks: readonly GroupPods[]): (string | undefined)[] => {
    let memory: GroupMemory | undefined;
    return looks.map((pods) => {
      const seen = look(memory, pods);
      memory = seen.memory;
      return seen.failed;
    });
  };
  const cases: readonly { title: string; looks: readonly GroupPods[]; expected: readonly (string | undefined)[] }[] = [
    {
      title: 'restarts before the start count nothing, later ones do',
      looks: [starting, crashed(starting), crashed(groupPods()), changeWorker((w) => restarted(w, 4))(groupPods())],
      expected: [undefined, undefined, undefined, 'x-0-1'],
    },
    {
      title: 'a worker that was replaced before the start is one of the group',
      looks: [
        starting,
        changeWorker(replaced)(starting),
        changeWorker(replaced)(groupPods()),
        changeWorker(replaced)(groupPods()),
      ],
      expected: [undefined, undefined, undefined, undefined],
    },
    {
      title: 'a pod that waits once more does not end the start',
      looks: [groupPods(), { ...starting, workers: starting.workers.slice(1) }],
      expected: [undefined, 'x-0-1'],
    },
  ];
  for (const { title, looks, expected } of cases) t.same(play(...looks), expected, title);
  t.end();
});

void t.test('a process that starts with a record', (t) => {
  const pods = groupPods({ leader: restarted(leaderPod(0), 2) });
  const recorded = incarnation(remember(undefined, pods), 3);
  t.same(
    recall(changeWorker((worker) => restarted(worker, 1))(pods), { recorded }),
    { ...remember(undefined, pods), started: true, restartsAtStart: 2 },
    'knows that the group had started, and with how many restarts',
  );
  const other = groupPods({ leader: replaced(leaderPod(0)), workers: [] });
  t.same(recall(other, { recorded }), remember(undefined, other), 'ignores that of an earlier leader');
  const memory = remember(undefined, pods);
  t.equal(remember(memory, pods), memory, 'remembers nothing new where nothing is new');
  t.end();
});

void t.test('workers are those of their StatefulSet', (t) => {
  const own = workerPod(0, 1);
  const earlier = withMetadata(workerPod(0, 2), {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'x-0', uid: 'earlier', controller: true }],
  });
  t.same(workersOf(workerStatefulSet(0), [own, earlier, withMetadata(own, { ownerReferences: [] })]), [own]);
  t.same(workersOf(undefined, [own]), [], 'none without one');
  t.end();
});

void t.test('a record', (t) => {
  const digits = fc.stringMatching(/^[\w-]{6}$/);
  const anIncarnation: fc.Arbitrary<Incarnation> = fc
    .tuple(digits, digits, digits, fc.nat(999_999_999))
    .map(([leader, statefulSet, workers, restartsAtStart]) => ({ leader, statefulSet, workers, restartsAtStart }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1_000_000), anIncarnation)), (entries) => {
      const incarnations = new Map(entries);
      return isDeepStrictEqual(readIncarnations(writeIncarnations(incarnations)), incarnations);
    }),
    { numRuns: 50 },
  );
  const garbage: readonly { title: string; text: string | undefined; expected?: Incarnation }[] = [
    { title: 'absent', text: undefined },
    { title: 'empty', text: '' },
    { title: 'no JSON', text: '{' },
    { title: 'null', text: 'null' },
    { title: 'a number', text: '7' },
    { title: 'a list', text: '[1, null, {}]' },
    { title: 'other values', text: '{"0": "short", "1": 3, "2": null, "3": "aaaaaabbbbbbcccccc+x"}' },
    { title: 'other indexes', text: '{"-1": "aaaaaabbbbbbcccccc", "x": "aaaaaabbbbbbcccccc"}' },
    {
      title: 'one good entry',
      text: '{"x": 1, "7": "aaaaaabbbbbbcccccc+2"}',
      expected: { leader: 'aaaaaa', statefulSet: 'bbbbbb', workers: 'cccccc', restartsAtStart: 2 },
    },
  ];
  for (const { title, text, expected } of garbage)
    t.strictSame(readIncarnations(text), new Map(expected === undefined ? [] : [[7, expected]]), title);

  const memory = remember(undefined, groupPods());
  t.equal(incarnation(remember(undefined, groupPods({ workers: [] })), 3), undefined, 'waits for all workers');
  t.equal(incarnation(remember(undefined, groupPods({ workerStatefulSet: undefined })), 1), undefined, 'needs workers');
  t.same(
    incarnation(remember(undefined, groupPods({ workers: groupPods().workers.toReversed() })), 3),
    incarnation(memory, 3),
    'does not depend on the order of workers',
  );
  t.end();
});

/** What the caches may show of a group, in the order in which it came to be. Pods and StatefulSets come by different watches. */
type Moment = { readonly pods: readonly ObservedPod[]; readonly statefulSets: readonly ('first' | 'second')[] };

const secondLeader = withMetadata(leaderPod(0), { uid: 'second leader' });
const ofSecond = (worker: ObservedPod): ObservedPod =>
  withMetadata(worker, {
    uid: `second ${worker.metadata.name}`,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'x-0', uid: 'second', controller: true }],
  });
const STATEFUL_SETS = {
  first: workerStatefulSet(0),
  second: workerStatefulSet(0, {
    metadata: {
      uid: 'second',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x-0', uid: 'second leader', controller: true }],
    },
  }),
};

const [one, two] = [workerPod(0, 1), workerPod(0, 2)];
const waiting = (pod: ObservedPod): ObservedPod => ({ ...pod, phase: 'Pending', ready: false });
const moment = (pods: readonly ObservedPod[], ...statefulSets: Moment['statefulSets']): Moment => ({
  pods,
  statefulSets,
});

const START: readonly Moment[] = [
  moment([leaderPod(0)]),
  moment([leaderPod(0)], 'first'),
  moment([leaderPod(0), waiting(one)], 'first'),
  moment([leaderPod(0), waiting(one), waiting(two)], 'first'),
  moment([leaderPod(0), one, two], 'first'),
];

const FAILURES: readonly (readonly Moment[])[] = [
  [moment([leaderPod(0), restarted(one, 1), two], 'first')],
  [
    moment([leaderPod(0), deleting(one), two], 'first'),
    moment([leaderPod(0), two], 'first'),
    moment([leaderPod(0), waiting(replaced(one)), two], 'first'),
    moment([leaderPod(0), replaced(one), two], 'first'),
  ],
  [
    moment([leaderPod(0), waiting(replaced(one)), two], 'first'),
    moment([leaderPod(0), replaced(one), replaced(two)], 'first'),
  ],
];

const RECOVERY: readonly Moment[] = [
  moment([deleting(leaderPod(0)), one, two], 'first'),
  moment([deleting(leaderPod(0)), deleting(one), two], 'first'),
  moment([deleting(leaderPod(0))]),
  moment([secondLeader]),
  moment([secondLeader], 'second'),
  moment([secondLeader, waiting(ofSecond(one))], 'second'),
  moment([secondLeader, ofSecond(one), ofSecond(two)], 'second'),
];

void t.test('a failure leads to the deletion of that very leader, in whatever order it is seen', (t) => {
  const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 12, maxLength: 24, size: 'max' });
  fc.assert(
    fc.property(
      fc.constantFrom(...RULES.filter(({ rule }) => rule !== 'never')),
      fc.constantFrom(...FAILURES),
      steps,
      steps,
      ({ set }, failure, starting, failing) => {
        const moments = [...START, ...failure];
        const deleted = new Set<string>();
        let memory: GroupMemory | undefined;
        let [atPods, atStatefulSets] = [0, 0];
        const look = (): void => {
          const pods = moments[atPods]?.pods ?? [];
          const name = moments[atStatefulSets]?.statefulSets[0];
          const decision = decideGroup({
            set,
            leader: pods[0],
            workerStatefulSet: name === undefined ? undefined : STATEFUL_SETS[name],
            workers: pods.slice(1),
            service: undefined,
            podGroup: undefined,
            revision: undefined,
            topology: undefined,
            gangScheduling: false,
            memory,
            recorded: undefined,
          });
          memory = decision.kept?.memory ?? memory;
          for (const action of decision.actions)
            if (action.kind === 'delete') {
              if (deleted.size === 0) moments.push(...RECOVERY);
              deleted.add(`${action.object.kind} ${action.object.uid} ${action.propagation}`);
            }
        };
        const advance = (paces: readonly (readonly [number, number])[], end: () => number): void => {
          for (const [ofPods, ofStatefulSets] of paces) {
            atPods = Math.min(atPods + ofPods, end());
            atStatefulSets = Math.min(atStatefulSets + ofStatefulSets, end());
            look();
          }
          [atPods, atStatefulSets] = [end(), end()];
          look();
        };
        advance(starting, () => START.length - 1);
        const early = deleted.size;
        advance(failing, () => moments.length - 1);
        advance(failing, () => moments.length - 1);
        return early === 0 && isDeepStrictEqual([...deleted], ['Pod pod x-0 Foreground']);
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

import t from 'tap';
import type { IntOrString } from '../../src/api/kubernetes.ts';
import { buildLeaderStatefulSet } from '../../src/core/desired/leader-stateful-set.ts';
import type { Group } from '../../src/core/observed/group.ts';
import type { ObservedLeaderStatefulSet } from '../../src/core/observed/observed-stateful-set.ts';
import { findStrandedGroups } from '../../src/core/rollout/find-stranded-groups.ts';
import { groupStates } from '../../src/core/rollout/group-states.ts';
import {
  type GroupState,
  type RolloutPlan,
  type RolloutState,
  planRollout,
} from '../../src/core/rollout/plan-rollout.ts';
import { type Rollout, readRollout } from '../../src/core/rollout/read-rollout.ts';
import { DELETED_AT, group, leaderWorkerSet } from './fixtures/observed-group.ts';
import { type SimulatedLeaders, simulateLeaders } from './fixtures/simulated-leaders.ts';

const rollout = (replicas: number, more: Partial<Rollout> = {}): Rollout => ({
  replicas,
  partition: 0,
  maxUnavailable: 1,
  maxSurge: 0,
  ...more,
});

/** What happens to a set, and which leader StatefulSets are applied because of it: replicas/partition. */
type Step = {
  readonly template?: string;
  readonly wanted?: Partial<Rollout>;
  readonly ready?: readonly number[] | 'all';
  readonly unready?: number;
  readonly update?: number;
  readonly plans: string;
};

type Example = {
  readonly title: string;
  readonly of: Rollout;
  readonly broken?: readonly number[];
  readonly steps: readonly Step[];
};

const examples: readonly Example[] = [
  {
    title: 'A: one group after the other, never back, whichever is ready first',
    of: rollout(4),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/3',
      },
      { ready: [3], plans: '4/2' },
      { update: 1, plans: '' },
      { unready: 3, plans: '' },
      { ready: 'all', plans: '4/0' },
    ],
  },
  {
    title: 'B: two groups at a time',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/2',
      },
      { ready: [3], plans: '4/1' },
      { ready: [2], plans: '4/0' },
    ],
  },
  {
    title: 'B: all at once when more may be unavailable than there are',
    of: rollout(4, { maxUnavailable: 10 }),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/0',
      },
    ],
  },
  {
    title: 'C: a surge group comes first and goes when the last group may be missing',
    of: rollout(4, { maxSurge: 1 }),
    steps: [
      {
        template: 'v2',
        plans: '5/4 5/3',
      },
      { ready: [4], plans: '5/2' },
      { ready: [3], plans: '5/1' },
      { ready: [2], plans: '5/0' },
      { ready: [1], plans: '4/0' },
      { ready: [0], plans: '' },
    ],
  },
  {
    title: 'D: nothing old is touched before the surge group is ready when none may be unavailable',
    of: rollout(4, { maxUnavailable: 0, maxSurge: 1 }),
    steps: [
      { template: 'v2', plans: '5/4' },
      { ready: [4], plans: '5/3' },
      { ready: [3], plans: '5/2' },
      { ready: [2], plans: '5/1' },
      { ready: [1], plans: '5/0' },
      { ready: [0], plans: '4/0' },
    ],
  },
  {
    title: 'E: two surge groups go at once',
    of: rollout(4, { maxUnavailable: 2, maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        plans: '6/4 6/2',
      },
      { ready: [4], plans: '' },
      { ready: [5], plans: '6/0' },
      { ready: [3, 2], plans: '4/0' },
      { ready: [1, 0], plans: '' },
    ],
  },
  {
    title: 'E: surge groups that never become ready hold nothing up',
    of: rollout(4, { maxUnavailable: 2, maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        plans: '6/4 6/2',
      },
      {
        ready: [3, 2],
        plans: '4/2 4/0',
      },
    ],
  },
  {
    title: 'F: as many surge groups as there are groups',
    of: rollout(4, { maxSurge: 4 }),
    steps: [
      {
        template: 'v2',
        plans: '7/4 7/3',
      },
      { ready: [6], plans: '7/2' },
      { ready: [5], plans: '7/1' },
      { ready: [4], plans: '7/0' },
      { ready: [3], plans: '6/0' },
      { ready: [2], plans: '5/0' },
      { ready: [1], plans: '4/0' },
    ],
  },
  {
    title: 'G: groups of a scale-up start with the new template',
    of: rollout(4),
    steps: [
      { template: 'v2', wanted: { replicas: 6 }, plans: '6/4' },
      { ready: [5, 4], plans: '6/3' },
      { ready: 'all', plans: '6/2' },
      { ready: 'all', plans: '6/1' },
      { ready: 'all', plans: '6/0' },
    ],
  },
  {
    title: 'H: surge groups are added in the pass after a scale-up',
    of: rollout(2, { maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        wanted: { replicas: 4, maxSurge: 2 },
        plans: '4/2 6/2',
      },
    ],
  },
  {
    title: 'I: groups of a scale-down serve as surge groups',
    of: rollout(6, { maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        wanted: { replicas: 3 },
        plans: '5/3 5/2',
      },
      { ready: 'all', plans: '4/0' },
      { ready: 'all', plans: '3/0' },
    ],
  },
  {
    title: 'J: a scale-up in mid-rollout leaves the partition',
    of: rollout(4),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/3',
      },
      { ready: [3], plans: '4/2' },
      { wanted: { replicas: 6 }, plans: '6/2' },
      { ready: [5, 4], plans: '' },
      { ready: [2], plans: '6/1' },
    ],
  },
  {
    title: 'K: a scale-down in mid-rollout takes new groups away first',
    of: rollout(6),
    steps: [
      {
        template: 'v2',
        plans: '6/6 6/5',
      },
      {
        wanted: { replicas: 3 },
        plans: '3/3 3/2',
      },
      { ready: 'all', plans: '3/1' },
    ],
  },
  {
    title: 'L: up and down with surge groups',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        plans: '6/4 6/3',
      },
      { wanted: { replicas: 6 }, plans: '8/3' },
      { ready: [7, 6], plans: '' },
      {
        wanted: { replicas: 2 },
        plans: '3/3 3/1',
      },
      { ready: [2], plans: '3/0' },
      { ready: [1], plans: '2/0' },
    ],
  },
  {
    title: 'M: a second template starts again from the top',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      { template: 'v2', plans: '6/4 6/3' },
      { ready: [5, 4, 3], plans: '6/0' },
      { ready: [2, 1], plans: '4/0' },
      { ready: [0], plans: '' },
      { template: 'v3', plans: '6/4 6/3' },
    ],
  },
  {
    title: 'M: a second template keeps the surge groups that make up for those under way',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      { template: 'v2', plans: '6/4 6/3' },
      { ready: [5, 4], plans: '6/1' },
      { template: 'v3', plans: '6/6' },
      { ready: [3], plans: '6/5' },
      { ready: [2, 1], plans: '6/3' },
    ],
  },
  {
    title: 'N: a broken group below counts as unavailable',
    of: rollout(4, { maxUnavailable: 2 }),
    broken: [1],
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/3',
      },
    ],
  },
  {
    title: 'O: groups that are broken anyway are replaced at once',
    of: rollout(2),
    broken: [0, 1],
    steps: [
      {
        template: 'v2',
        plans: '2/2 2/1',
      },
      { ready: [1], plans: '2/0' },
    ],
  },
  {
    title: 'P: the user holds groups back and lets them go',
    of: rollout(6, { partition: 4 }),
    steps: [
      {
        template: 'v2',
        plans: '6/6 6/5',
      },
      { ready: [5], plans: '6/4' },
      { ready: [4], plans: '' },
      { wanted: { partition: 2 }, plans: '6/3' },
      { ready: [3], plans: '6/2' },
      { ready: [2], plans: '' },
      { wanted: { partition: 0 }, plans: '6/1' },
    ],
  },
  {
    title: 'Q: surge groups stay while the user holds groups back',
    of: rollout(3, { partition: 2, maxSurge: 1 }),
    steps: [
      {
        template: 'v2',
        plans: '4/3 4/2',
      },
      { ready: [3, 2], plans: '' },
      { wanted: { partition: 0 }, plans: '4/0' },
      { ready: [1, 0], plans: '3/0' },
    ],
  },
  {
    title: 'a raised partition holds groups back that are not released yet',
    of: rollout(4),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/3',
      },
      { wanted: { partition: 3 }, ready: [3], plans: '' },
      { wanted: { partition: 1 }, plans: '4/2' },
    ],
  },
  {
    title: 'a second template while a group of the first is under way waits for no more than that group',
    of: rollout(3),
    steps: [
      {
        template: 'v2',
        plans: '3/3 3/2',
      },
      { ready: [2], plans: '3/1' },
      { template: 'v3', plans: '3/3' },
      { ready: [1], plans: '3/2' },
      { ready: [2], plans: '3/1' },
      { ready: [1], plans: '3/0' },
    ],
  },
  {
    title: 'a second template while two groups are under way takes no third',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'v2',
        plans: '4/4 4/2',
      },
      { ready: [3], plans: '4/1' },
      { template: 'v3', plans: '4/4' },
      { ready: [2], plans: '4/3' },
    ],
  },
  {
    title: 'a good template replaces the broken groups of a bad one at once',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'bad',
        plans: '4/4 4/2',
      },
      {
        template: 'v3',
        plans: '4/4 4/2',
      },
    ],
  },
];

const settle = (leaders: SimulatedLeaders): string => {
  const applied: string[] = [];
  for (let pass = 0; pass < 50; pass += 1) {
    const before = leaders.live();
    const { replicas, partition } = leaders.reconcile();
    const isChange = before.replicas !== replicas || before.partition !== partition;
    if (isChange) applied.push(`${replicas}/${partition}`);
    if (!leaders.control() && !isChange && pass > 0) break;
  }
  return applied.join(' ');
};

const play = (leaders: SimulatedLeaders, { template, wanted, ready, unready, update }: Step): void => {
  leaders.wanted = { ...leaders.wanted, ...wanted };
  if (template !== undefined) leaders.changeTemplate(template);
  for (const index of ready === 'all' ? leaders.groups().keys() : (ready ?? [])) leaders.makeReady(index);
  if (unready !== undefined) leaders.makeUnready(unready);
  if (update !== undefined) leaders.forceUpdate(update);
};

void t.test('a rollout goes step by step', (t) => {
  for (const { title, of, broken = [], steps } of examples) {
    const leaders = simulateLeaders(of);
    for (const index of broken) leaders.makeUnready(index);
    const applied = steps.map((step) => {
      play(leaders, step);
      return settle(leaders);
    });
    t.same(
      applied,
      steps.map(({ plans }) => plans),
      title,
    );
  }
  t.end();
});

/** Groups from index 0, one letter each: o(ld) and n(ew) ones are ready, O and N are not, - is missing. */
const read = (letters: string): GroupState[] =>
  letters.split('').map((letter) => ({ ready: 'on'.includes(letter), updated: 'nN'.includes(letter) }));

const state = (letters: string, partition: number, appliedReplicas: number | undefined): RolloutState => ({
  replicas: letters.length,
  partition,
  appliedReplicas,
  groups: read(letters),
});

void t.test('a plan', (t) => {
  const cases: readonly {
    title: string;
    wanted: Rollout;
    state: RolloutState | undefined;
    isNewRevision?: boolean;
    expected: RolloutPlan;
  }[] = [
    {
      title: 'starts with all groups',
      wanted: rollout(3, { maxSurge: 1 }),
      state: undefined,
      expected: { replicas: 3, partition: 0 },
    },
    {
      title: "starts with the user's partition",
      wanted: rollout(3, { partition: 2 }),
      state: undefined,
      expected: { replicas: 3, partition: 2 },
    },
    {
      title: 'adds no surge group to a set that starts with a partition',
      wanted: rollout(3, { partition: 2, maxSurge: 1 }),
      state: state('---', 2, 3),
      expected: { replicas: 3, partition: 2 },
    },
    {
      title: 'adds no surge group for a group that restarts at rest',
      wanted: rollout(4, { partition: 1, maxSurge: 2, maxUnavailable: 0 }),
      state: state('oNnn', 1, 4),
      expected: { replicas: 4, partition: 1 },
    },
    {
      title: 'does not hold a scale-down at rest back for a broken group',
      wanted: rollout(3, { maxSurge: 1, maxUnavailable: 0 }),
      state: state('nNnn', 0, 4),
      expected: { replicas: 3, partition: 0 },
    },
    {
      title: 'scales a rollout up without a change of its partition',
      wanted: rollout(6),
      state: state('ooON', 2, 4),
      expected: { replicas: 6, partition: 2 },
    },
    {
      title: 'lowers the partition of a set that shrinks below it',
      wanted: rollout(3),
      state: state('ooooon', 5, 6),
      expected: { replicas: 3, partition: 3 },
    },
    {
      title: 'goes on when nobody can tell what the last apply asked for',
      wanted: rollout(4, { maxSurge: 1 }),
      state: state('oooNn', 3, undefined),
      expected: { replicas: 5, partition: 3 },
    },
    {
      title: 'takes an edited partition back',
      wanted: rollout(1),
      state: state('n', 5, 1),
      expected: { replicas: 1, partition: 0 },
    },
    {
      title: 'scales to zero',
      wanted: rollout(0),
      state: state('nn', 0, 2),
      expected: { replicas: 0, partition: 0 },
    },
    {
      title: 'keeps what may be unavailable missing, not more, whichever groups are broken',
      wanted: rollout(4, { maxUnavailable: 2 }),
      state: state('oOOo', 4, 4),
      expected: { replicas: 4, partition: 4 },
    },
    {
      title: 'keeps ready surge groups while another one is under way',
      wanted: rollout(2, { maxUnavailable: 0, maxSurge: 2 }),
      state: state('nOOo', 4, 2),
      expected: { replicas: 4, partition: 4 },
    },
    {
      title: 'keeps surge groups of an interrupted rollout that make up for groups under way',
      wanted: rollout(4, { maxSurge: 2 }),
      state: state('oOOOoo', 1, 4),
      isNewRevision: true,
      expected: { replicas: 6, partition: 6 },
    },
  ];
  for (const { title, wanted, state, isNewRevision = false, expected } of cases)
    t.same(planRollout({ wanted, isNewRevision, state }), expected, title);
  t.end();
});

void t.test('the rollout strategy in whole groups, and the budget of the leader StatefulSet', (t) => {
  const cases: readonly {
    replicas: number;
    maxUnavailable?: IntOrString;
    maxSurge?: IntOrString;
    expected: Pick<Rollout, 'maxUnavailable' | 'maxSurge'>;
    budget: number;
  }[] = [
    { replicas: 1, maxUnavailable: 2, maxSurge: 1, expected: { maxUnavailable: 2, maxSurge: 1 }, budget: 3 },
    { replicas: 1, maxUnavailable: 0, maxSurge: 2, expected: { maxUnavailable: 0, maxSurge: 1 }, budget: 1 },
    { replicas: 0, maxUnavailable: 0, maxSurge: 0, expected: { maxUnavailable: 0, maxSurge: 0 }, budget: 1 },
    { replicas: 2, maxUnavailable: 1, maxSurge: '50%', expected: { maxUnavailable: 1, maxSurge: 1 }, budget: 2 },
    { replicas: 5, maxUnavailable: '50%', maxSurge: '50%', expected: { maxUnavailable: 2, maxSurge: 3 }, budget: 5 },
    { replicas: 3, maxUnavailable: 'none', maxSurge: 'none', expected: { maxUnavailable: 1, maxSurge: 0 }, budget: 1 },
    { replicas: 3, expected: { maxUnavailable: 1, maxSurge: 0 }, budget: 1 },
  ];
  for (const { replicas, expected, budget, ...configuration } of cases) {
    const set = leaderWorkerSet({ spec: { replicas, rolloutStrategy: { rollingUpdateConfiguration: configuration } } });
    const title = `${replicas} groups, ${JSON.stringify(configuration)}`;
    t.same(readRollout(set), { replicas, partition: 0, ...expected }, title);
    // Surge groups that the StatefulSet has already do not count: percentages are of the set's groups.
    const { spec } = buildLeaderStatefulSet({ set, revisionKey: 'key', partition: 0, replicas: replicas + 1 });
    t.equal(spec.updateStrategy?.rollingUpdate?.maxUnavailable, budget, `${title}: budget`);
  }
  t.same(
    readRollout({ ...leaderWorkerSet(), spec: { leaderWorkerTemplate: { workerTemplate: {} } } }),
    rollout(1),
    'a set without any strategy has the defaults',
  );
  t.end();
});

void t.test('the states of groups', (t) => {
  t.same(
    groupStates([group(3), group(2, { ready: false }), group(0, { revision: 'old' }), group(4)], 4, 3, 'key'),
    read('o-Nn'),
    'go by index; those beyond the count are left out',
  );
  t.end();
});

type Leaders = {
  readonly partition?: number;
  readonly maxUnavailable?: number;
  readonly observedGeneration?: number;
  readonly replicas?: number;
};

const leaders = ({
  partition = 3,
  observedGeneration = 2,
  replicas = 3,
  ...more
}: Leaders = {}): ObservedLeaderStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'x', generation: 2 },
  spec: { replicas, selector: {}, template: {}, updateStrategy: { rollingUpdate: { partition, ...more } } },
  status: { observedGeneration, currentRevision: 'x-v1', updateRevision: 'x-v3' },
});

/** A group of a template: its leader has the StatefulSet's revision, and the group's key is the template's name. */
const groupOf = (index: number, template: string, ready: boolean, leaderReady = true): Group => {
  const made = group(index, { revision: template, ready });
  const labels = { ...made.leader.metadata.labels, 'controller-revision-hash': `x-${template}` };
  return { ...made, leader: { ...made.leader, ready: leaderReady, metadata: { ...made.leader.metadata, labels } } };
};

void t.test('stranded is', (t) => {
  const good = groupOf(0, 'v1', true);
  const going = groupOf(1, 'v2', false);
  const cases: readonly {
    title: string;
    groups: readonly Group[];
    leaders?: Leaders;
    heldBelow?: number;
    expected: readonly number[];
  }[] = [
    {
      title: 'a group of an interrupted rollout that is not ready',
      groups: [good, groupOf(1, 'v2', false), groupOf(2, 'v2', true)],
      expected: [1],
    },
    {
      title: 'also where no group is left that the rollout came from',
      groups: [groupOf(0, 'v2', false), groupOf(1, 'v2', true)],
      expected: [0],
    },
    {
      title: 'none while the template to go back to is broken itself',
      groups: [groupOf(0, 'v1', false), groupOf(1, 'v2', false), groupOf(2, 'v2', true)],
      expected: [],
    },
    { title: 'no group that the rollout has yet to reach', groups: [good, groupOf(1, 'v1', false)], expected: [] },
    { title: 'no group of the new template', groups: [good, groupOf(1, 'v3', false)], expected: [] },
    {
      title: 'no group that is going already',
      groups: [
        good,
        {
          ...going,
          leader: { ...going.leader, metadata: { ...going.leader.metadata, deletionTimestamp: DELETED_AT } },
        },
      ],
      expected: [],
    },
    {
      title: 'no group that the StatefulSet controller replaces anyway',
      groups: [good, groupOf(1, 'v2', false, false)],
      leaders: { partition: 1 },
      expected: [],
    },
    {
      title: 'a group that the StatefulSet controller would wait for, as it counts its leader as unavailable',
      groups: [good, groupOf(1, 'v2', false, false), groupOf(2, 'v2', false, true)],
      leaders: { partition: 1, maxUnavailable: 1 },
      expected: [1],
    },
    {
      title: 'none while a released group is under way, which may help as well',
      groups: [good, groupOf(1, 'v2', false), groupOf(2, 'v2', true), groupOf(3, 'v3', false)],
      leaders: { replicas: 4 },
      expected: [],
    },
    {
      title: 'one that is left when all released groups are ready',
      groups: [good, groupOf(1, 'v2', false), groupOf(2, 'v2', true), groupOf(3, 'v3', true)],
      leaders: { replicas: 4 },
      expected: [1],
    },
    {
      title: 'no group that the user holds back',
      groups: [good, groupOf(1, 'v2', false), groupOf(2, 'v2', true)],
      heldBelow: 2,
      expected: [],
    },
    {
      title: 'none before the StatefulSet controller has seen the partition',
      groups: [good, groupOf(1, 'v2', false)],
      leaders: { observedGeneration: 1 },
      expected: [],
    },
  ];
  for (const { title, groups, leaders: options, heldBelow = 0, expected } of cases) {
    const found = findStrandedGroups({ statefulSet: leaders(options), groups, size: 3, revisionKey: 'v3', heldBelow });
    t.same(
      found.map(({ index }) => index),
      expected,
      title,
    );
  }
  t.end();
});

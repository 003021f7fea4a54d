import t from 'tap';
import { readFileSync } from 'node:fs';
import { buildLeaderStatefulSet } from '../../src/core/desired/leader-stateful-set.ts';
import { type GroupState, type RolloutState, planRollout } from '../../src/core/rollout/plan-rollout.ts';
import { type Rollout, readRollout } from '../../src/core/rollout/read-rollout.ts';
import type { IntOrString } from '../../src/api/kubernetes.ts';
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
  readonly then: string;
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
        then: '4/4 4/3',
      },
      { ready: [3], then: '4/2' },
      { update: 1, then: '' },
      { unready: 3, then: '' },
      { ready: 'all', then: '4/0' },
    ],
  },
  {
    title: 'B: two groups at a time',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'v2',
        then: '4/4 4/2',
      },
      { ready: [3], then: '4/1' },
      { ready: [2], then: '4/0' },
    ],
  },
  {
    title: 'B: all at once when more may be unavailable than there are',
    of: rollout(4, { maxUnavailable: 10 }),
    steps: [
      {
        template: 'v2',
        then: '4/4 4/0',
      },
    ],
  },
  {
    title: 'C: a surge group comes first and goes when the last group may be missing',
    of: rollout(4, { maxSurge: 1 }),
    steps: [
      {
        template: 'v2',
        then: '5/4 5/3',
      },
      { ready: [4], then: '5/2' },
      { ready: [3], then: '5/1' },
      { ready: [2], then: '5/0' },
      { ready: [1], then: '4/0' },
      { ready: [0], then: '' },
    ],
  },
  {
    title: 'D: nothing old is touched before the surge group is ready when none may be unavailable',
    of: rollout(4, { maxUnavailable: 0, maxSurge: 1 }),
    steps: [
      { template: 'v2', then: '5/4' },
      { ready: [4], then: '5/3' },
      { ready: [3], then: '5/2' },
      { ready: [2], then: '5/1' },
      { ready: [1], then: '5/0' },
      { ready: [0], then: '4/0' },
    ],
  },
  {
    title: 'E: two surge groups go at once',
    of: rollout(4, { maxUnavailable: 2, maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        then: '6/4 6/2',
      },
      { ready: [4], then: '' },
      { ready: [5], then: '6/0' },
      { ready: [3, 2], then: '4/0' },
      { ready: [1, 0], then: '' },
    ],
  },
  {
    title: 'E: surge groups that never become ready hold nothing up',
    of: rollout(4, { maxUnavailable: 2, maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        then: '6/4 6/2',
      },
      {
        ready: [3, 2],
        then: '4/2 4/0',
      },
    ],
  },
  {
    title: 'F: as many surge groups as there are groups',
    of: rollout(4, { maxSurge: 4 }),
    steps: [
      {
        template: 'v2',
        then: '7/4 7/3',
      },
      { ready: [6], then: '7/2' },
      { ready: [5], then: '7/1' },
      { ready: [4], then: '7/0' },
      { ready: [3], then: '6/0' },
      { ready: [2], then: '5/0' },
      { ready: [1], then: '4/0' },
    ],
  },
  {
    title: 'G: groups of a scale-up start with the new template',
    of: rollout(4),
    steps: [
      { template: 'v2', wanted: { replicas: 6 }, then: '6/4' },
      { ready: [5, 4], then: '6/3' },
      { ready: 'all', then: '6/2' },
      { ready: 'all', then: '6/1' },
      { ready: 'all', then: '6/0' },
    ],
  },
  {
    title: 'H: surge groups are added in the pass after a scale-up',
    of: rollout(2, { maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        wanted: { replicas: 4, maxSurge: 2 },
        then: '4/2 6/2',
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
        then: '5/3 5/2',
      },
      { ready: 'all', then: '4/0' },
      { ready: 'all', then: '3/0' },
    ],
  },
  {
    title: 'J: a scale-up in mid-rollout leaves the partition',
    of: rollout(4),
    steps: [
      {
        template: 'v2',
        then: '4/4 4/3',
      },
      { ready: [3], then: '4/2' },
      { wanted: { replicas: 6 }, then: '6/2' },
      { ready: [5, 4], then: '' },
      { ready: [2], then: '6/1' },
    ],
  },
  {
    title: 'K: a scale-down in mid-rollout takes new groups away first',
    of: rollout(6),
    steps: [
      {
        template: 'v2',
        then: '6/6 6/5',
      },
      {
        wanted: { replicas: 3 },
        then: '3/3 3/2',
      },
      { ready: 'all', then: '3/1' },
    ],
  },
  {
    title: 'L: up and down with surge groups',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      {
        template: 'v2',
        then: '6/4 6/3',
      },
      { wanted: { replicas: 6 }, then: '8/3' },
      { ready: [7, 6], then: '' },
      {
        wanted: { replicas: 2 },
        then: '3/3 3/1',
      },
      { ready: [2], then: '3/0' },
      { ready: [1], then: '2/0' },
    ],
  },
  {
    title: 'M: a second template starts again from the top',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      { template: 'v2', then: '6/4 6/3' },
      { ready: [5, 4, 3], then: '6/0' },
      { ready: [2, 1], then: '4/0' },
      { ready: [0], then: '' },
      { template: 'v3', then: '6/4 6/3' },
    ],
  },
  {
    title: 'M: a second template keeps the surge groups that make up for those under way',
    of: rollout(4, { maxSurge: 2 }),
    steps: [
      { template: 'v2', then: '6/4 6/3' },
      { ready: [5, 4], then: '6/1' },
      { template: 'v3', then: '6/6' },
      { ready: [3], then: '6/5' },
      { ready: [2, 1], then: '6/3' },
    ],
  },
  {
    title: 'N: a broken group below counts as unavailable',
    of: rollout(4, { maxUnavailable: 2 }),
    broken: [1],
    steps: [
      {
        template: 'v2',
        then: '4/4 4/3',
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
        then: '2/2 2/1',
      },
      { ready: [1], then: '2/0' },
    ],
  },
  {
    title: 'P: the user holds groups back and lets them go',
    of: rollout(6, { partition: 4 }),
    steps: [
      {
        template: 'v2',
        then: '6/6 6/5',
      },
      { ready: [5], then: '6/4' },
      { ready: [4], then: '' },
      { wanted: { partition: 2 }, then: '6/3' },
      { ready: [3], then: '6/2' },
      { ready: [2], then: '' },
      { wanted: { partition: 0 }, then: '6/1' },
    ],
  },
  {
    title: 'Q: surge groups stay while the user holds groups back',
    of: rollout(3, { partition: 2, maxSurge: 1 }),
    steps: [
      {
        template: 'v2',
        then: '4/3 4/2',
      },
      { ready: [3, 2], then: '' },
      { wanted: { partition: 0 }, then: '4/0' },
      { ready: [1, 0], then: '3/0' },
    ],
  },
  {
    title: 'a raised partition holds groups back that are not released yet',
    of: rollout(4),
    steps: [
      {
        template: 'v2',
        then: '4/4 4/3',
      },
      { wanted: { partition: 3 }, ready: [3], then: '' },
      { wanted: { partition: 1 }, then: '4/2' },
    ],
  },
  {
    title: 'a second template while a group of the first is under way waits for no more than that group',
    of: rollout(3),
    steps: [
      {
        template: 'v2',
        then: '3/3 3/2',
      },
      { ready: [2], then: '3/1' },
      { template: 'v3', then: '3/3' },
      { ready: [1], then: '3/2' },
      { ready: [2], then: '3/1' },
      { ready: [1], then: '3/0' },
    ],
  },
  {
    title: 'a second template while two groups are under way takes no third',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'v2',
        then: '4/4 4/2',
      },
      { ready: [3], then: '4/1' },
      { template: 'v3', then: '4/4' },
      { ready: [2], then: '4/3' },
    ],
  },
  {
    title: 'a good template replaces the broken groups of a bad one at once',
    of: rollout(4, { maxUnavailable: 2 }),
    steps: [
      {
        template: 'bad',
        then: '4/4 4/2',
      },
      {
        template: 'v3',
        then: '4/4 4/2',
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
      steps.map(({ then }) => then),
      title,
    );
  }
  t.end();
});

import * as fc from 'fast-check';
import t from 'tap';
import type { CommandIO } from '../../src/cli/command-io.ts';
import { PLAN_USAGE } from '../../src/cli/lws-usage.ts';
import { readPlanOptions } from '../../src/cli/plan-options.ts';
import type { PlanCommandOptions } from '../../src/cli/plan-options.ts';
import { runLws } from '../../src/cli/run-lws.ts';
import { planSteps } from '../../src/core/preview/plan-steps.ts';
import type { RolloutChange } from '../../src/core/preview/simulate-rollout.ts';

type Shape = { replicas: number; strategy?: string; image?: string; extra?: string; name?: string };

const set = ({ replicas, strategy = '', image = 'a', extra = '', name = 'llm' }: Shape): string =>
  `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: ${name}, namespace: ml}
spec:
  replicas: ${replicas}${extra === '' ? '' : `\n  ${extra}`}
  rolloutStrategy: {type: RollingUpdate, rollingUpdateConfiguration: {${strategy}}}
  leaderWorkerTemplate: {size: 4, workerTemplate: {spec: {containers: [{name: c, image: ${image}}]}}}
`;

const FOUR = set({ replicas: 4 });

const runFiles = async (args: readonly string[], files: Readonly<Record<string, string>>) => {
  let out = '';
  let err = '';
  const io: CommandIO = {
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(text);
    },
    stdin: () => Promise.resolve(files['-'] ?? ''),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  };
  const code = await runLws(['plan', ...args], io);
  return { code, out, err };
};

const run = (before: string, after: string, args: readonly string[] = []) =>
  runFiles(['-f', 'old.yaml', '-f', 'new.yaml', ...args], { 'old.yaml': before, 'new.yaml': after });

const GATE = ['--feature-gates', 'MaxUnavailableStatefulSet=true'];

type Case = {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly args?: readonly string[];
  readonly code?: number;
  readonly out: string;
};

const changed = (replicas: number, strategy = ''): string => set({ replicas, strategy, image: 'b' });

const PLANS: readonly Case[] = [
  {
    name: 'replaces groups one after another within maxUnavailable',
    before: FOUR,
    after: changed(4),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 0, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 5 steps, at least 3 available)
  Available: 4 at first, never fewer than 3; in any order at least 3
  Peak:      4 groups, 16 pods
  Steps:     5, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     4         3          3          0        replace 3  the template is new: maxUnavailable 1 lets group 3 go
2     4         2          3          1        replace 2  group 3 is ready: maxUnavailable 1 lets group 2 go
3     4         1          3          2        replace 1  group 2 is ready: maxUnavailable 1 lets group 1 go
4     4         0          3          3        replace 0  group 1 is ready: maxUnavailable 1 lets group 0 go
5     4         0          4          4                   group 0 is ready: every group has the new template
`,
  },
  {
    name: 'uses surge groups beside maxUnavailable, one leader at a time',
    before: FOUR,
    after: changed(4, 'maxSurge: 1'),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 1, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 6 steps, at least 3 available)
  Available: 4 at first, never fewer than 3; in any order at least 3
  Peak:      5 groups, 20 pods
  Steps:     6, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS               WHY
1     5         3          4          0        create 4             the template is new: maxSurge 1 adds group 4; group 3 may go once group 4 is ready, as leaders are replaced one at a time
2     5         2          4          1        replace 3            group 4 is ready: maxUnavailable 1 and surge group 4 let group 3 go
3     5         1          4          2        replace 2            group 3 is ready: maxUnavailable 1 and surge group 4 let group 2 go
4     5         0          4          3        replace 1            group 2 is ready: maxUnavailable 1 and surge group 4 let group 1 go
5     4         0          3          3        replace 0; remove 4  group 1 is ready: maxUnavailable 1 lets group 0 go; surge group 4 goes, as maxUnavailable 1 covers the 1 still to come
6     4         0          4          4                             group 0 is ready: every group has the new template
`,
  },
  {
    name: 'touches no old group before its surge group is ready when none may be missing',
    before: FOUR,
    after: changed(4, 'maxUnavailable: 0, maxSurge: 1'),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 0, maxSurge 1, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 6 steps, at least 4 available)
  Available: 4 at first, never fewer than 4; in any order at least 4
  Peak:      5 groups, 20 pods
  Steps:     6, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     5         4          4          0        create 4   the template is new: maxSurge 1 adds group 4; no group goes before group 4 is ready
2     5         3          4          1        replace 3  group 4 is ready: surge group 4 lets group 3 go
3     5         2          4          2        replace 2  group 3 is ready: surge group 4 lets group 2 go
4     5         1          4          3        replace 1  group 2 is ready: surge group 4 lets group 1 go
5     5         0          4          4        replace 0  group 1 is ready: surge group 4 lets group 0 go
6     4         0          4          4        remove 4   group 0 is ready: surge group 4 goes, as nothing is left to make up for; every group has the new template
`,
  },
  {
    name: 'replaces several leaders at a time with the feature gate',
    before: FOUR,
    after: changed(4, 'maxUnavailable: 50%, maxSurge: 50%'),
    args: GATE,
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 2 (50%), maxSurge 2 (50%), partition 0
  Pace:      several leaders at a time, as with the feature gate MaxUnavailableStatefulSet (without it: 6 steps, at least 3 available)
  Available: 4 at first, never fewer than 2; in any order at least 2
  Peak:      6 groups, 24 pods
  Steps:     4, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS                   WHY
1     6         2          2          0        create 4-5; replace 2-3  the template is new: maxSurge 2 adds groups 4-5; maxUnavailable 2 lets groups 2-3 go
2     6         0          2          2        replace 0-1              groups 4-5 are ready: maxUnavailable 2 and surge groups 4-5 let groups 0-1 go
3     4         0          2          2        remove 4-5               groups 2-3 are ready: surge groups 4-5 go, as maxUnavailable 2 covers the 2 still to come
4     4         0          4          4                                 groups 0-1 are ready: every group has the new template
`,
  },
  {
    name: 'starts the groups of a scale-up with the new template',
    before: FOUR,
    after: changed(6),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  from 4 to 6 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 0, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 6 steps, at least 4 available)
  Available: 4 at first, never fewer than 4; in any order at least 4
  Peak:      6 groups, 24 pods
  Steps:     6, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS      WHY
1     6         4          4          0        create 4-5  the template is new: groups 4-5 start with it; no group goes before groups 4-5 are ready
2     6         3          5          2        replace 3   groups 4-5 are ready: maxUnavailable 1 lets group 3 go
3     6         2          5          3        replace 2   group 3 is ready: maxUnavailable 1 lets group 2 go
4     6         1          5          4        replace 1   group 2 is ready: maxUnavailable 1 lets group 1 go
5     6         0          5          5        replace 0   group 1 is ready: maxUnavailable 1 lets group 0 go
6     6         0          6          6                    group 0 is ready: every group has the new template
`,
  },
  {
    name: 'gives surge groups back as soon as they are not needed',
    before: FOUR,
    after: changed(4, 'maxSurge: 2'),
    args: GATE,
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 2, partition 0
  Pace:      several leaders at a time, as with the feature gate MaxUnavailableStatefulSet (without it: 6 steps, at least 3 available)
  Available: 4 at first, never fewer than 3; in any order at least 3
  Peak:      6 groups, 24 pods
  Steps:     6, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS                 WHY
1     6         3          3          0        create 4-5; replace 3  the template is new: maxSurge 2 adds groups 4-5; maxUnavailable 1 lets group 3 go
2     6         1          3          2        replace 1-2            groups 4-5 are ready: maxUnavailable 1 and surge groups 4-5 let groups 1-2 go
3     6         0          3          3        replace 0              group 3 is ready: maxUnavailable 1 and surge groups 4-5 let group 0 go
4     5         0          3          3        remove 5               group 2 is ready: surge group 5 goes, as maxUnavailable 1 and surge group 4 cover the 2 still to come
5     4         0          3          3        remove 4               group 1 is ready: surge group 4 goes, as maxUnavailable 1 covers the 1 still to come
6     4         0          4          4                               group 0 is ready: every group has the new template
`,
  },
  {
    name: 'counts a broken group as unavailable until it is replaced',
    before: FOUR,
    after: changed(4, 'maxUnavailable: 2'),
    args: ['--ready', '0,2-3'],
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 2, maxSurge 0, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 4 steps, at least 2 available)
  Available: 3 at first, never fewer than 2
  Peak:      4 groups, 16 pods
  Steps:     5, complete
  Note:      group 1 is not ready at first, and waited for until replaced or removed, but for 10 minutes at most: then the others go as if it were ready, and at least 2 stay available

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     4         3          2          0        replace 3  the template is new: maxUnavailable 2 lets group 3 go
2     4         1          2          1        replace 2  group 3 is ready: maxUnavailable 2 lets group 2 go
3     4         0          3          2        replace 1  group 2 is ready: replacing group 1 costs nothing, as it is not ready
4     4         0          3          3        replace 0  group 1 is ready: maxUnavailable 2 lets group 0 go
5     4         0          4          4                   group 0 is ready: every group has the new template
`,
  },
  {
    name: 'ends where the partition holds groups back',
    before: set({ replicas: 6, strategy: 'partition: 4' }),
    after: changed(6, 'partition: 4'),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  6 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 0, partition 4
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 3 steps, at least 5 available)
  Available: 6 at first, never fewer than 5; in any order at least 5
  Peak:      6 groups, 24 pods
  Steps:     3, held by the partition

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     6         5          5          0        replace 5  the template is new: maxUnavailable 1 lets group 5 go
2     6         4          5          1        replace 4  group 5 is ready: maxUnavailable 1 lets group 4 go
3     6         4          6          2                   group 4 is ready: partition 4 keeps the old template for groups 0-3
`,
  },
  {
    name: 'tells that nothing rolls when the set only grows',
    before: FOUR,
    after: set({ replicas: 6 }),
    out: `
ml/llm: would not roll the pods
  Replicas:  from 4 to 6 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 0, partition 0
  Available: 4 at first, never fewer than 4
  Peak:      6 groups, 24 pods
  Steps:     2, complete

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS      WHY
1     6         0          4          4        create 4-5  replicas goes from 4 to 6: groups 4-5 start
2     6         0          6          6                    groups 4-5 are ready: that is all
`,
  },
  {
    name: 'tells that nothing moves, and what it cannot know',
    before: set({ replicas: 6, strategy: 'partition: 4' }),
    after: set({ replicas: 6 }),
    out: `
ml/llm: would not roll the pods
  Replicas:  6 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 0, partition 0
  Available: 6 at first, never fewer than 6
  Peak:      6 groups, 24 pods
  Steps:     1, complete
  Note:      groups below partition 4 may still have an earlier template, which the files do not tell; if so, lowering the partition rolls them. Plan that from the template they have

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS  WHY
1     6         0          6          6                the strategy is new: that is all
`,
  },
  {
    name: 'sums up what is too large to play',
    before: FOUR,
    after: changed(1000000, 'maxSurge: 10%'),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  from 4 to 1000000 groups of 4 pods
  Strategy:  maxUnavailable 1, maxSurge 100000 (10%), partition 0
  Available: in any order at least 4
  Peak:      at most 1100000 groups
  Steps:     not told: 1100000 groups are too many to play (at most 1000); plan with fewer replicas to see their pattern
`,
  },
  {
    name: 'waits for a broken group, but not for ever',
    before: FOUR,
    after: changed(4, 'maxUnavailable: 0, maxSurge: 1'),
    args: ['--ready', '0,2-3'],
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 0, maxSurge 1, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 7 steps, at least 3 available)
  Available: 3 at first, never fewer than 3
  Peak:      5 groups, 20 pods
  Steps:     7, complete
  Note:      group 1 is not ready at first, and waited for until replaced or removed, but for 10 minutes at most: then the others go as if it were ready, and at least 3 stay available

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     5         4          3          0        create 4   the template is new: maxSurge 1 adds group 4; no group goes before group 4 is ready
2     5         4          4          1                   group 4 is ready: no group goes while group 1 is not ready
3     5         3          3          1        replace 3  group 1 is waited for no longer, after 10 minutes: surge group 4 lets group 3 go
4     5         2          3          2        replace 2  group 3 is ready: surge group 4 lets group 2 go
5     5         1          4          3        replace 1  group 2 is ready: replacing group 1 costs nothing, as it is not ready
6     5         0          4          4        replace 0  group 1 is ready: surge group 4 lets group 0 go
7     4         0          4          4        remove 4   group 0 is ready: surge group 4 goes, as nothing is left to make up for; every group has the new template
`,
  },
  {
    name: 'waits for a broken group no longer where the StatefulSet controller counts it',
    before: FOUR,
    after: changed(4, 'maxUnavailable: 0, maxSurge: 1'),
    args: [...GATE, '--ready', '0,2-3'],
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  4 groups of 4 pods
  Strategy:  maxUnavailable 0, maxSurge 1, partition 0
  Pace:      several leaders at a time, as with the feature gate MaxUnavailableStatefulSet (without it: 7 steps, at least 3 available)
  Available: 3 at first, never fewer than 3
  Peak:      5 groups, 20 pods
  Steps:     7, complete
  Note:      group 1 is not ready at first, and waited for until replaced or removed, but for 10 minutes at most: then the others go as if it were ready, and at least 3 stay available

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS     WHY
1     5         4          3          0        create 4   the template is new: maxSurge 1 adds group 4; no group goes before group 4 is ready
2     5         4          4          1                   group 4 is ready: no group goes while group 1 is not ready
3     5         3          3          1        replace 3  group 1 is waited for no longer, after 10 minutes: surge group 4 lets group 3 go
4     5         2          3          2        replace 2  group 3 is ready: surge group 4 lets group 2 go
5     5         1          4          3        replace 1  group 2 is ready: replacing group 1 costs nothing, as it is not ready
6     5         0          4          4        replace 0  group 1 is ready: surge group 4 lets group 0 go
7     4         0          4          4        remove 4   group 0 is ready: surge group 4 goes, as nothing is left to make up for; every group has the new template
`,
  },
  {
    name: 'does not wait for leaders that are ready before their workers',
    before: set({ replicas: 2, extra: 'startupPolicy: LeaderReady' }),
    after: changed(2, 'maxUnavailable: 2').replace('replicas: 2', 'replicas: 2\n  startupPolicy: LeaderReady'),
    out: `
ml/llm: would roll the pods
  Changed:   spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image
  Replicas:  2 groups of 4 pods
  Strategy:  maxUnavailable 2, maxSurge 0, partition 0
  Pace:      one leader at a time, as without the feature gate MaxUnavailableStatefulSet (with it: 2 steps, at least 0 available)
  Available: 2 at first, never fewer than 0; in any order at least 0
  Peak:      2 groups, 8 pods
  Steps:     2, complete
  Note:      with startupPolicy LeaderReady leaders are ready before their workers exist, so only the partition waits for whole groups

STEP  REPLICAS  PARTITION  AVAILABLE  UPDATED  GROUPS       WHY
1     2         0          0          0        replace 0-1  the template is new: maxUnavailable 2 lets groups 0-1 go
2     2         0          2          2                     groups 0-1 are ready: every group has the new template
`,
  },
];

for (const { name, before, after, args = [], code = 0, out } of PLANS)
  void t.test(`lws plan ${name}`, async (t) => {
    t.strictSame(await run(before, after, args), { code, out: out.slice(1), err: '' });
  });

void t.test('lws plan tells machines the same', async (t) => {
  const strategy = 'maxUnavailable: 0, maxSurge: 1';
  const { code, out, err } = await run(set({ replicas: 1 }), changed(1, strategy), ['-o', 'json']);
  t.strictSame({ code, err }, { code: 0, err: '' });
  t.strictSame(JSON.parse(out), [
    {
      name: 'llm',
      namespace: 'ml',
      rollsPods: true,
      changedPaths: ['spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image'],
      replicas: { before: 1, after: 1 },
      size: { before: 4, after: 4 },
      strategy: { maxUnavailable: 0, maxSurge: 1, partition: 0 },
      featureGates: { MaxUnavailableStatefulSet: false },
      availableInAnyOrder: 1,
      rollout: {
        availableAtFirst: 1,
        leastAvailable: 1,
        leastOnceGivenUp: 1,
        mostGroups: 2,
        mostPods: 8,
        outcome: 'complete',
        notReplaced: [],
        unreadyAtFirst: [],
        unready: [],
        notes: [],
        steps: [
          {
            step: 1,
            ready: [],
            givenUp: [],
            created: [1],
            replaced: [],
            removed: [],
            replicas: 2,
            partition: 1,
            available: 1,
            updated: 0,
            why: 'the template is new: maxSurge 1 adds group 1; no group goes before group 1 is ready',
          },
          {
            step: 2,
            ready: [1],
            givenUp: [],
            created: [],
            replaced: [0],
            removed: [],
            replicas: 2,
            partition: 0,
            available: 1,
            updated: 1,
            why: 'group 1 is ready: surge group 1 lets group 0 go',
          },
          {
            step: 3,
            ready: [0],
            givenUp: [],
            created: [],
            replaced: [],
            removed: [1],
            replicas: 1,
            partition: 0,
            available: 1,
            updated: 1,
            why: 'group 0 is ready: surge group 1 goes, as nothing is left to make up for; every group has the new template',
          },
        ],
      },
    },
  ]);
});

const REFUSALS: readonly {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
  readonly args?: readonly string[];
  readonly err: string;
}[] = [
  {
    name: 'a change that admission would refuse',
    after: set({ replicas: 4, name: 'llm', strategy: 'maxUnavailable: 0' }),
    err: 'Error: LeaderWorkerSet llm: spec.rolloutStrategy.rollingUpdateConfiguration.maxUnavailable: Invalid value: 0: must not be 0 when `maxSurge` is 0\n',
  },
  {
    name: 'an update of what cannot be updated',
    after: FOUR.replace('size: 4', 'size: 4, subGroupPolicy: {subGroupSize: 2}'),
    err: 'Error: LeaderWorkerSet llm: spec.leaderWorkerTemplate.SubGroupPolicy.subGroupSize: Invalid value: 2: cannot enable subGroupSize after the lws is already created\n',
  },
  {
    name: 'a set that could not be there',
    before: FOUR.replace('size: 4', 'size: 0'),
    err: 'Error: LeaderWorkerSet llm: as it is now: spec.leaderWorkerTemplate.size: Invalid value: 0: size must be equal or greater than 1\n',
  },
  {
    name: 'a ready group that is not there',
    args: ['--ready', '0,3-4'],
    err: 'Error: LeaderWorkerSet llm: there is no group 4 to be ready: replicas is 4 as it is now, and groups count from 0\n',
  },
  {
    name: 'files that have no set in common',
    after: set({ replicas: 4, name: 'other' }),
    err: 'Error: no LeaderWorkerSet is both in old.yaml and in new.yaml\nWarning: LeaderWorkerSet llm is not in new.yaml\nWarning: LeaderWorkerSet other is not in old.yaml\n',
  },
  {
    name: 'a file without a set',
    before: 'apiVersion: v1\nkind: ConfigMap\n',
    err: 'Error: old.yaml holds no LeaderWorkerSet: it holds v1 ConfigMap\n',
  },
];

for (const { name, before = FOUR, after = FOUR, args = [], err } of REFUSALS)
  void t.test(`lws plan refuses ${name}`, async (t) => {
    t.strictSame(await run(before, after, args), { code: 1, out: '', err });
  });

void t.test('lws plan finds the set of the same name, in the namespace that either file names', async (t) => {
  const other = set({ replicas: 1, name: 'other' });
  const { code, out, err } = await run(`${other}---\n${FOUR}`, FOUR.replace(', namespace: ml', ''));
  t.strictSame([code, out.split('\n')[0]], [0, 'ml/llm: would not roll the pods']);
  t.equal(err, 'Warning: LeaderWorkerSet other is not in new.yaml\n');
});

void t.test('lws plan reads standard input', async (t) => {
  const { code, out } = await runFiles(['-f', 'old.yaml', '-f', '-'], { 'old.yaml': FOUR, '-': FOUR });
  t.strictSame([code, out.split('\n')[0]], [0, 'ml/llm: would not roll the pods']);
});

void t.test('lws plan tells how it is used', async (t) => {
  t.strictSame(await runFiles(['--help'], {}), { code: 0, out: PLAN_USAGE, err: '' });
  const err = 'lws plan: name two files with -f: the sets as they are, and as they shall be\n';
  t.strictSame(await runFiles([], {}), { code: 2, out: '', err });
});

const FILES = ['-f', 'a', '-f', 'b'];
const DEFAULTS: PlanCommandOptions = {
  oldFile: 'a',
  newFile: 'b',
  output: 'text',
  namespace: 'default',
  ready: undefined,
  pace: 'oneByOne',
};

const OPTIONS: readonly (readonly [
  name: string,
  args: readonly string[],
  expected: Partial<PlanCommandOptions> | { readonly error: string },
])[] = [
  ['two files', FILES, {}],
  ['files as kubectl users write them', ['-f=a', '--filename=-'], { newFile: '-' }],
  ['the output format', [...FILES, '-o=json', '-n', 'ml'], { output: 'json', namespace: 'ml' }],
  [
    'groups',
    [...FILES, '--ready', '0,2-5'],
    {
      ready: [
        { first: 0, last: 0 },
        { first: 2, last: 5 },
      ],
    },
  ],
  ['that no group is ready', [...FILES, '--ready=none'], { ready: [] }],
  ['the feature gate', [...FILES, ...GATE], { pace: 'maxUnavailable' }],
  ['a missing file', ['-f', 'a'], { error: 'name two files with -f: the sets as they are, and as they shall be' }],
  ['standard input twice', ['-f', '-', '-f', '-'], { error: 'standard input can be read only once' }],
  ['an unknown option', [...FILES, '--dry-run'], { error: 'unknown option --dry-run' }],
  ['an argument that is no option', ['a', 'b'], { error: 'unexpected argument a: name files with -f' }],
  ['a missing value', [...FILES, '--ready'], { error: '--ready needs a value' }],
  ['an unknown format', [...FILES, '-o', 'yaml'], { error: '-o is yaml, but must be text or json' }],
  [
    'groups that are none',
    [...FILES, '--ready', '5-2'],
    { error: '--ready is 5-2, but must be groups and ranges such as 0,2-5, or none' },
  ],
  [
    'an unknown feature gate',
    [...FILES, '--feature-gates', 'X=true'],
    {
      error: '--feature-gates is X=true, but must be MaxUnavailableStatefulSet=true or MaxUnavailableStatefulSet=false',
    },
  ],
];

for (const [name, args, expected] of OPTIONS)
  void t.test(`lws plan reads from its arguments: ${name}`, (t) => {
    t.strictSame(readPlanOptions(args), 'error' in expected ? expected : { ...DEFAULTS, ...expected });
    t.end();
  });

const SIZES = { old: 2, new: 3 };

/** Any change of the template, beside which replicas may change and groups may be broken. */
const changes = fc
  .record({
    now: fc.nat(7),
    replicas: fc.nat(7),
    maxUnavailable: fc.nat(4),
    maxSurge: fc.nat(4),
    partition: fc.oneof(fc.constant(0), fc.nat(7)),
    pace: fc.constantFrom('oneByOne' as const, 'maxUnavailable' as const),
    leadersFirst: fc.boolean(),
  })
  .map(({ now, replicas, maxUnavailable, maxSurge, partition, pace, leadersFirst }): RolloutChange => {
    const unavailable = maxUnavailable + maxSurge === 0 ? 1 : maxUnavailable;
    return {
      before: { replicas: now, partition: 0, maxUnavailable: 1, maxSurge: 0 },
      wanted: { replicas, partition, maxUnavailable: unavailable, maxSurge: Math.min(maxSurge, replicas) },
      isNewRevision: true,
      isGivenUpAtFirst: false,
      isReady: () => true,
      pace,
      leadersFirst,
    };
  });

void t.test('a planned rollout of ready groups ends, and never has fewer than may be missing', (t) => {
  fc.assert(
    fc.property(changes, (change) => {
      const { before, wanted } = change;
      const plan = planSteps(change, SIZES);
      const floor = Math.min(before.replicas, wanted.replicas - wanted.maxUnavailable);
      const most = Math.max(before.replicas, wanted.replicas + wanted.maxSurge);
      return plan.leastAvailable >= floor && plan.mostGroups <= most && plan.outcome !== 'stuck';
    }),
    { numRuns: 2_000 },
  );
  t.end();
});

void t.test('a planned rollout ends with broken groups too', (t) => {
  fc.assert(
    fc.property(changes, fc.nat(255), fc.boolean(), ({ before, ...rest }, readiness, isGivenUpAtFirst) => {
      const isReady = (index: number): boolean => ((readiness >> index) & 1) === 1;
      const { wanted } = rest;
      const change = { ...rest, before: { ...before, replicas: wanted.replicas }, isReady, isGivenUpAtFirst };
      const plan = planSteps(change, SIZES);
      const isPatient = !isGivenUpAtFirst && plan.steps.every(({ givenUp }) => givenUp.length === 0);
      const floor = Math.min(plan.availableAtFirst, wanted.replicas - wanted.maxUnavailable);
      if (isPatient && plan.leastAvailable < floor) return false;
      if (plan.outcome === 'stuck') return false;
      return plan.unready.concat(plan.notReplaced).every((index) => index < wanted.partition);
    }),
    { numRuns: 2_000 },
  );
  t.end();
});

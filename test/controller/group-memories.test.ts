import t from 'tap';
import { ANNOTATION } from '../../src/api/labels.ts';
import { createGroupMemories } from '../../src/controller/group-memories.ts';
import type { ObservedLeaderStatefulSet } from '../../src/core/observed/observed-stateful-set.ts';
import type { RestartRule } from '../../src/core/restart/find-failure.ts';
import type { GroupMemory } from '../../src/core/restart/group-memory.ts';
import { incarnationOf, readIncarnations, writeIncarnations } from '../../src/core/restart/incarnations.ts';

const SET = 'default/x';

const groupMemory = (leaderUid: string, more: Partial<GroupMemory> = {}): GroupMemory => ({
  leaderUid,
  statefulSetUid: `workers of ${leaderUid}`,
  workers: new Map([['x-0-1', `worker of ${leaderUid}`]]),
  started: true,
  restartsAtStart: 0,
  ...more,
});

const leaders = (record?: string): ObservedLeaderStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'x', ...(record === undefined ? {} : { annotations: { [ANNOTATION.incarnations]: record } }) },
  spec: { replicas: 2, selector: {}, template: {} },
});

const recordOf = (...uids: readonly string[]): string =>
  writeIncarnations(
    new Map(
      uids.flatMap((uid, index) => {
        const incarnation = incarnationOf({ memory: groupMemory(uid), size: 2, rule: 'onPodRestart' });
        return incarnation === undefined ? [] : [[index, incarnation] as const];
      }),
    ),
  );

type Look = {
  readonly index: number;
  readonly memory: GroupMemory;
  readonly size?: number;
  readonly rule?: RestartRule;
};

type Case = {
  readonly title: string;
  /** What an earlier process has left. */
  readonly record?: string;
  readonly looks: readonly Look[];
  readonly expected: ReturnType<ReturnType<typeof createGroupMemories>['record']>;
};

const starting = groupMemory('a', { started: false });
const leaderAlone: Partial<GroupMemory> = { statefulSetUid: undefined, workers: new Map() };

const cases: readonly Case[] = [
  {
    title: 'a group that this process saw start is recorded at once',
    looks: [{ index: 0, memory: starting }],
    expected: { text: recordOf('a'), dueInMs: 0 },
  },
  {
    title: 'a set that was taken over at rest is recorded after ten minutes',
    looks: [{ index: 0, memory: groupMemory('a') }],
    expected: { text: '', dueInMs: 600_000 },
  },
  {
    title: 'a set whose record an ended process could not bring up to date is recorded at once',
    record: recordOf('old', 'b'),
    looks: [{ index: 0, memory: groupMemory('a') }],
    expected: { text: recordOf('a', 'b'), dueInMs: 0 },
  },
  {
    title: 'a record that holds is not written again',
    record: recordOf('a', 'b'),
    looks: [
      { index: 0, memory: groupMemory('a') },
      { index: 1, memory: groupMemory('b') },
    ],
    expected: undefined,
  },
  {
    title: 'groups that are no longer are dropped from a record that is written',
    record: recordOf('old', 'b', 'c'),
    looks: [{ index: 0, memory: groupMemory('a') }],
    expected: { text: recordOf('a', 'b'), dueInMs: 0 },
  },
  {
    title: 'nothing is recorded where a failed pod takes nothing along',
    looks: [{ index: 0, memory: starting, rule: 'never' }],
    expected: undefined,
  },
  {
    title: 'nor of a group of one, whose leader tells of itself',
    looks: [{ index: 0, memory: { ...starting, ...leaderAlone }, size: 1 }],
    expected: undefined,
  },
  {
    title: 'nor before the start, where only what comes after it counts',
    looks: [{ index: 0, memory: starting, rule: 'afterStart' }],
    expected: undefined,
  },
  {
    title: 'a group is recorded when another rule makes it worth that',
    looks: [
      { index: 0, memory: starting, rule: 'afterStart' },
      { index: 0, memory: starting, rule: 'onPodRestart' },
    ],
    expected: { text: recordOf('a'), dueInMs: 0 },
  },
  {
    title: 'after the start even a group of one is recorded then',
    looks: [
      { index: 0, memory: { ...starting, ...leaderAlone }, size: 1, rule: 'afterStart' },
      { index: 0, memory: groupMemory('a', { ...leaderAlone, restartsAtStart: 2 }), size: 1, rule: 'afterStart' },
    ],
    expected: {
      text: writeIncarnations(
        new Map(
          [
            incarnationOf({
              memory: groupMemory('a', { ...leaderAlone, restartsAtStart: 2 }),
              size: 1,
              rule: 'afterStart',
            }),
          ].flatMap((one) => (one === undefined ? [] : [[0, one] as const])),
        ),
      ),
      dueInMs: 0,
    },
  },
];

void t.test('a record takes what other annotations leave, and is written again when it was taken away', (t) => {
  let now = 0;
  const memories = createGroupMemories(() => now);
  const groups = 6_000;
  for (let index = 0; index < groups; index += 1)
    memories.keep(SET, index, {
      memory: groupMemory(`leader ${index}`, { started: false }),
      size: 2,
      rule: 'onPodRestart',
    });
  const withAnnotations = (annotations: Record<string, string>): ObservedLeaderStatefulSet => ({
    ...leaders(),
    metadata: { name: 'x', annotations },
  });
  const textBeside = (annotations: Record<string, string>): string => {
    now += 600_000;
    return memories.record(SET, withAnnotations(annotations), groups)?.text ?? '';
  };
  const countIn = (text: string): number => readIncarnations(text).size;

  const all = textBeside({});
  t.equal(countIn(all), groups, 'alone it has all groups');
  const notes = 'n'.repeat(200_000);
  const some = textBeside({ notes });
  t.ok(some.length + notes.length < 262_144 && countIn(some) > 1_000, `beside others it has ${countIn(some)}`);
  t.equal(textBeside({ [ANNOTATION.incarnations]: all }), '', 'it holds once it is seen');
  t.equal(countIn(textBeside({ notes })), countIn(some), 'and is due at once when it is gone');
  t.equal(countIn(textBeside({ notes: 'n'.repeat(262_100) })), 0, 'where there is no room it has none');
  t.end();
});

void t.test('of the incarnations of a set with two groups', (t) => {
  for (const { title, record, looks, expected } of cases) {
    const memories = createGroupMemories(() => 0);
    for (const { index, memory, size = 2, rule = 'onPodRestart' } of looks) {
      memories.recall(SET, index, leaders(record));
      memories.keep(SET, index, { memory, size, rule });
    }
    t.same(memories.record(SET, leaders(record), 2), expected, title);
  }
  t.end();
});

import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import t from 'tap';
import { runController } from '../../src/controller/run-controller.ts';
import type { ReconcileResult } from '../../src/controller/run-controller.ts';
import { createWorkQueue } from '../../src/controller/work-queue.ts';
import type { WorkQueue } from '../../src/controller/work-queue.ts';
import { ApiError } from '../../src/kube/api-error.ts';
import { createFakeClock, settle } from '../kube/fake-clock.ts';
import { createQuietLog } from '../kube/quiet-log.ts';

const setUp = () => {
  const { clock, advance } = createFakeClock();
  const queue = createWorkQueue({ name: 'test', clock });
  const takeAll = async (): Promise<string[]> => {
    const keys: string[] = [];
    while (queue.depth() > 0) keys.push((await queue.take()) ?? '');
    return keys;
  };
  return { queue, advance, takeAll };
};

type Step = (queue: WorkQueue, advance: (ms: number) => Promise<void>) => unknown;

const ORDERS: readonly {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}[] = [
  {
    name: 'keys come in the order they were added',
    steps: [(q) => q.add('a'), (q) => q.add('b'), (q) => q.add('c')],
    expected: ['a', 'b', 'c'],
  },
  {
    name: 'a key that waits already is not added twice',
    steps: [(q) => q.add('a'), (q) => q.add('b'), (q) => q.add('a')],
    expected: ['a', 'b'],
  },
  {
    name: 'a key added while it is worked on waits until that is done',
    steps: [(q) => q.add('a'), (q) => q.take(), (q) => q.add('a'), (q) => q.add('a')],
    expected: [],
  },
  {
    name: 'a key added while it was worked on comes once more',
    steps: [(q) => q.add('a'), (q) => q.take(), (q) => q.add('a'), (q) => q.add('a'), (q) => q.done('a')],
    expected: ['a'],
  },
  {
    name: 'a key that was done does not come again by itself',
    steps: [(q) => q.add('a'), (q) => q.take(), (q) => q.done('a')],
    expected: [],
  },
  {
    name: 'a key comes after its delay',
    steps: [(q) => q.addAfter('a', 100), (q) => q.add('b'), (_, advance) => advance(100)],
    expected: ['b', 'a'],
  },
  { name: 'and not before', steps: [(q) => q.addAfter('a', 100), (_, advance) => advance(99)], expected: [] },
  {
    name: 'the earliest of several delays wins',
    steps: [
      (q) => q.addAfter('a', 100),
      (q) => q.addAfter('a', 50),
      (q) => q.addAfter('a', 70),
      (_, advance) => advance(50),
    ],
    expected: ['a'],
  },
  { name: 'no delay is no delay', steps: [(q) => q.addAfter('a', 0)], expected: ['a'] },
  {
    name: 'the third failure waits four times as long as the first',
    steps: [...Array<Step>(3).fill((q) => q.addRateLimited('a')), (_, advance) => advance(5)],
    expected: ['a'],
  },
  {
    name: 'a key that was forgotten starts with the shortest delay',
    steps: [
      async (q, advance) => {
        for (let failure = 0; failure < 10; failure++) {
          q.addRateLimited('a');
          await advance(5000);
          q.done((await q.take()) ?? '');
        }
        q.forget('a');
        q.addRateLimited('a');
        await advance(5);
      },
    ],
    expected: ['a'],
  },
  {
    name: 'after many failures of many keys, retries come ten a second',
    steps: [(q) => Array.from({ length: 103 }, (_, key) => q.addRateLimited(`k${key}`)), (_, advance) => advance(250)],
    expected: Array.from({ length: 102 }, (_, key) => `k${key}`),
  },
  {
    name: 'nothing is added after shut down',
    steps: [(q) => q.add('a'), (q) => q.shutDown(), (q) => q.add('b')],
    expected: ['a'],
  },
];

void t.test('the queue hands out keys as client-go does', async (t) => {
  for (const { name, steps, expected } of ORDERS) {
    const { queue, advance, takeAll } = setUp();
    for (const step of steps) await step(queue, advance);
    t.strictSame(await takeAll(), expected, name);
  }
});

void t.test('those who wait for a key get it in turn, and leave when they are told to', async (t) => {
  const { queue } = setUp();
  const leave = new AbortController();
  const waiting = [queue.take(), queue.take(leave.signal), queue.take(), queue.take()];
  leave.abort();
  queue.add('a');
  queue.add('b');
  queue.shutDown();
  t.strictSame(await Promise.all(waiting), ['a', undefined, 'b', undefined]);
  t.equal(await queue.take(), undefined);
});

const COMMANDS = fc.array(
  fc.record({
    kind: fc.constantFrom('add', 'after', 'limited', 'take', 'done', 'time'),
    key: fc.constantFrom('a', 'b', 'c'),
  }),
  { maxLength: 60 },
);

void t.test('no key is ever lost, and none is worked on twice at once', async () => {
  await fc.assert(
    fc.asyncProperty(COMMANDS, async (commands) => {
      const { queue, advance } = setUp();
      const running = new Set<string>();
      /** Keys asked for since they were last handed out. */
      const wanted = new Set<string>();
      const take = async (): Promise<void> => {
        if (queue.depth() === 0) return;
        const key = (await queue.take()) ?? '';
        if (running.has(key)) throw new Error(`${key} is worked on twice`);
        running.add(key);
        wanted.delete(key);
      };
      const finish = (key: string): void => {
        if (running.delete(key)) queue.done(key);
      };
      for (const { kind, key } of commands) {
        if (kind === 'add' || kind === 'after' || kind === 'limited') wanted.add(key);
        if (kind === 'add') queue.add(key);
        if (kind === 'after') queue.addAfter(key, 30);
        if (kind === 'limited') queue.addRateLimited(key);
        if (kind === 'take') await take();
        if (kind === 'done') finish(key);
        if (kind === 'time') await advance(10);
      }
      for (const key of running) finish(key);
      await advance(10_000_000);
      for (let rest = 0; rest < 10; rest++) {
        await take();
        for (const key of running) finish(key);
      }
      if (wanted.size > 0) throw new Error(`lost: ${[...wanted].join()}`);
      if (queue.depth() > 0) throw new Error('the queue does not come to rest');
    }),
    { numRuns: 50 },
  );
});

const conflict = new ApiError({ code: 409, reason: 'Conflict', message: 'old' });

const OUTCOMES: readonly {
  readonly name: string;
  readonly reconcile: () => Promise<ReconcileResult>;
  readonly expected: {
    readonly result: string;
    readonly lines: readonly string[];
    readonly againAfterMs: number | undefined;
  };
}[] = [
  {
    name: 'a success ends it',
    reconcile: async () => {},
    expected: { result: 'success', lines: [], againAfterMs: undefined },
  },
  {
    name: 'a reconcile may ask to be run again later',
    reconcile: async () => ({ requeueAfterMs: 5000 }),
    expected: { result: 'requeue_after', lines: [], againAfterMs: 5000 },
  },
  {
    name: 'a conflict is tried again without a word',
    reconcile: () => Promise.reject(conflict),
    expected: { result: 'requeue', lines: [], againAfterMs: 5 },
  },
  {
    name: 'another error is logged once and tried again',
    reconcile: () => Promise.reject(new Error('no')),
    expected: { result: 'error', lines: ['error: reconcile failed'], againAfterMs: 5 },
  },
  {
    name: 'a bug does not end the controller',
    reconcile: () => {
      throw new TypeError('x is undefined');
    },
    expected: { result: 'error', lines: ['error: reconcile failed'], againAfterMs: 5 },
  },
];

void t.test('the outcome of a reconcile decides when it runs again', async (t) => {
  for (const { name, reconcile, expected } of OUTCOMES) {
    const { queue, advance } = setUp();
    const { log, lines } = createQuietLog();
    const stop = new AbortController();
    const results: string[] = [];
    let runs = 0;
    const running = runController({
      name: 'test',
      queue,
      workers: 1,
      log,
      signal: stop.signal,
      metrics: { reconciled: ({ result }) => results.push(result) },
      reconcile: async () => (++runs === 1 ? reconcile() : undefined),
    });
    queue.add('prod/vllm');
    await settle();
    const { againAfterMs = 1e6 } = expected;
    await advance(againAfterMs - 1);
    t.equal(runs, 1, `${name}: not too early`);
    await advance(1);
    t.equal(runs, expected.againAfterMs === undefined ? 1 : 2, `${name}: in time`);
    t.strictSame([results[0], lines], [expected.result, expected.lines], name);
    stop.abort();
    await running;
  }
});

void t.test('reconciles that wait for nothing let others have their turn', async (t) => {
  const { queue } = setUp();
  const stop = new AbortController();
  const keys = Array.from({ length: 60 }, (_, index) => String(index));
  let done = 0;
  for (const key of keys) queue.add(key);
  const running = runController({
    name: 'test',
    queue,
    workers: 4,
    log: createQuietLog().log,
    signal: stop.signal,
    reconcile: async () => {
      for (const since = performance.now(); performance.now() - since < 1;);
      done += 1;
    },
  });
  await setImmediate();
  t.ok(done < keys.length, `others came after ${done} of them`);
  while (done < keys.length) await settle();
  stop.abort();
  await running;
});

void t.test('reconciles under way finish when the controller stops, and no other begins', async (t) => {
  const { queue } = setUp();
  const stop = new AbortController();
  const { promise: finish, resolve } = Promise.withResolvers<void>();
  const began: string[] = [];
  const signals: boolean[] = [];
  const running = runController({
    name: 'test',
    queue,
    workers: 2,
    log: createQuietLog().log,
    signal: stop.signal,
    reconcile: async (key, signal) => {
      began.push(key);
      await finish;
      signals.push(signal.aborted);
    },
  });
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await settle();
  stop.abort();
  let isOver = false;
  void running.then(() => (isOver = true));
  await settle();
  t.equal(isOver, false);
  resolve();
  await running;
  t.strictSame(
    [began, signals],
    [
      ['a', 'b'],
      [false, false],
    ],
  );
});

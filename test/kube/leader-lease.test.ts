import t from 'tap';
import { ApiError } from '../../src/kube/api-error.ts';
import type { Clock } from '../../src/kube/clock.ts';
import { runWithLease } from '../../src/kube/leader-lease.ts';
import type { LeaderLeaseOptions, Term } from '../../src/kube/leader-lease.ts';
import type { Lease, LeaseSpec } from '../../src/kube/lease-record.ts';
import { sleep } from '../../src/kube/sleep.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';

const refuse = (code: number, reason: string): never => {
  throw new ApiError({ code, reason, message: reason });
};

/** An API server that knows one Lease. */
const createLeaseServer = (clock: Clock, first?: LeaseSpec) => {
  let version = 1;
  let stored: Lease | undefined;
  let isDown = false;
  let hangs = false;
  let slowMs = 0;

  const write = (spec: LeaseSpec | undefined): Lease => {
    version += 1;
    const metadata = { namespace: 'lws-system', name: 'lws', resourceVersion: String(version) };
    stored = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, ...(spec !== undefined && { spec }) };
    return stored;
  };
  if (first !== undefined) write(first);

  const answer = async <T>(value: () => unknown, signal: AbortSignal | undefined): Promise<T> => {
    if (isDown) throw new Error('connect ECONNREFUSED');
    if (slowMs > 0) await sleep(clock, slowMs, signal);
    signal?.throwIfAborted();
    if (hangs)
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    return value() as T;
  };

  const client: LeaderLeaseOptions['client'] = {
    get: (_ref, options) => answer(() => stored ?? refuse(404, 'NotFound'), options?.signal),
    create: (object, options) =>
      answer(
        () => (stored === undefined ? write((object as Lease).spec) : refuse(409, 'AlreadyExists')),
        options?.signal,
      ),
    update: (object, options) =>
      answer(() => {
        if (stored === undefined) return refuse(404, 'NotFound');
        if (object.metadata.resourceVersion !== stored.metadata.resourceVersion) return refuse(409, 'Conflict');
        return write((object as Lease).spec);
      }, options?.signal),
  };
  return {
    client,
    spec: () => stored?.spec,
    seize: (spec: LeaseSpec) => write(spec),
    goDown: (down: boolean) => (isDown = down),
    hang: () => (hangs = true),
    slowDown: (ms: number) => (slowMs = ms),
    remove: () => (stored = undefined),
  };
};

const HELD_BY_OTHER: LeaseSpec = {
  holderIdentity: 'other',
  leaseDurationSeconds: 15,
  // Far in the future of our clock: the other machine's is wrong.
  acquireTime: '2030-01-01T00:00:00.000000Z',
  renewTime: '2030-01-01T00:00:00.000000Z',
  leaseTransitions: 4,
};

const setUp = (first?: LeaseSpec, options: Partial<LeaderLeaseOptions> = {}) => {
  const fake = createFakeClock();
  let stoodStillMs = 0;
  let jumpedMs = 0;
  const clock: Clock = {
    ...fake.clock,
    now: () => fake.clock.now() + jumpedMs,
    monotonicMs: () => fake.clock.monotonicMs() + stoodStillMs,
  };
  const server = createLeaseServer(clock, first);
  const stop = new AbortController();
  const story: string[] = [];
  let term: Term | undefined;
  const running = runWithLease({
    client: server.client,
    namespace: 'lws-system',
    name: 'lws',
    identity: 'us',
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2000,
    clock,
    random: () => 0,
    signal: stop.signal,
    onStarted: (signal, started) => {
      story.push('started');
      term = started;
      signal.addEventListener('abort', () => story.push(`writes stop: ${(signal.reason as Error).message}`));
    },
    onStopped: () => story.push('stopped'),
    log: createQuietLog().log,
    ...options,
  });
  void running.then(() => story.push('over'));
  return {
    server,
    advance: fake.advance,
    stop: () => stop.abort(),
    story,
    check: () => term?.check(),
    /** Time passes, and nothing of ours runs meanwhile. */
    standStill: (ms: number) => (stoodStillMs += ms),
    /** The wall clock is set. */
    jump: (ms: number) => (jumpedMs += ms),
  };
};

void t.test('a lease that does not exist is created, renewed, and released in the end', async (t) => {
  const { server, advance, stop, story } = setUp();
  await settle();
  const created = {
    holderIdentity: 'us',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-02T03:04:05.000000Z',
    renewTime: '2026-01-02T03:04:05.000000Z',
    leaseTransitions: 0,
  };
  t.strictSame(server.spec(), created);
  await advance(4000);
  t.strictSame(server.spec(), { ...created, renewTime: '2026-01-02T03:04:09.000000Z' });
  stop();
  await settle();
  t.strictSame(server.spec(), {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: '2026-01-02T03:04:09.000000Z',
    renewTime: '2026-01-02T03:04:09.000000Z',
    leaseTransitions: 0,
  });
  t.strictSame(story, ['started', 'writes stop: stopping', 'stopped', 'over']);
});

void t.test(
  'a lease of somebody else is taken when it was not renewed for its duration on our own clock',
  async (t) => {
    const { server, advance, stop, story } = setUp(HELD_BY_OTHER);
    await advance(10_000);
    server.seize({ ...HELD_BY_OTHER, renewTime: '2030-01-01T00:00:10.000000Z' });
    await advance(14_000);
    t.strictSame(story, []);
    await advance(4000);
    t.strictSame([story, server.spec()?.holderIdentity, server.spec()?.leaseTransitions], [['started'], 'us', 5]);
    stop();
    await settle();
  },
);

void t.test('a released lease is taken at the next try', async (t) => {
  const { server, advance, story, stop } = setUp(HELD_BY_OTHER);
  await advance(2000);
  server.seize({ ...HELD_BY_OTHER, holderIdentity: '', leaseDurationSeconds: 1 });
  await advance(2000);
  t.strictSame(story, ['started']);
  stop();
  await settle();
});

void t.test(
  'the leader stops writing when it could not renew for the renew deadline, not a moment later',
  async (t) => {
    for (const fail of ['goDown', 'hang'] as const) {
      const { server, advance, story } = setUp();
      // Renewed last after 4 s.
      await advance(5000);
      server[fail](true);
      await advance(8999);
      t.strictSame(story, ['started'], fail);
      await advance(1);
      t.strictSame(story.slice(0, 3), ['started', 'writes stop: the lease was lost', 'stopped'], fail);
      await advance(10_000);
      t.strictSame([story.at(-1), server.spec()?.holderIdentity], ['over', 'us'], fail);
    }
  },
);

void t.test('a short outage is no reason to stop', async (t) => {
  const { server, advance, story, stop } = setUp();
  await advance(5000);
  server.goDown(true);
  await advance(6500);
  server.goDown(false);
  await advance(60_000);
  t.strictSame([story, server.spec()?.leaseTransitions], [['started'], 0]);
  stop();
  await settle();
});

void t.test('the leader stops when somebody else holds the lease', async (t) => {
  const { server, advance, story } = setUp();
  await settle();
  server.seize(HELD_BY_OTHER);
  await advance(2000);
  t.strictSame(
    [story, server.spec()],
    [['started', 'writes stop: the lease was lost', 'stopped', 'over'], HELD_BY_OTHER],
  );
});

void t.test('the lease is released only after the work has ended, and never while it goes on', async (t) => {
  for (const [workMs, holder] of [
    [3000, ''],
    [30_000, 'us'],
  ] as const) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { server, advance, stop } = setUp(undefined, { onStarted: () => promise });
    await settle();
    stop();
    await advance(Math.min(workMs, 12_000));
    t.equal(server.spec()?.holderIdentity, 'us');
    resolve();
    await settle();
    t.equal(server.spec()?.holderIdentity, holder, `work that goes on for ${workMs} ms`);
  }
});

void t.test('a leader whose work fails gives the lease up', async (t) => {
  const { server, advance, story } = setUp(undefined, { onStarted: () => Promise.reject(new Error('bug')) });
  await advance(1);
  t.strictSame([story, server.spec()?.holderIdentity], [['stopped', 'over'], '']);
});

const HOUR_MS = 3_600_000;

void t.test('a wall clock that is set makes nobody leader, and takes the lease from nobody', async (t) => {
  for (const ms of [HOUR_MS, -HOUR_MS]) {
    const waiting = setUp(HELD_BY_OTHER);
    await waiting.advance(2000);
    waiting.jump(ms);
    await waiting.advance(12_000);
    t.strictSame(waiting.story, [], `one who waits, by ${ms} ms`);
    waiting.stop();
    const leader = setUp();
    await leader.advance(3000);
    leader.jump(ms);
    await leader.advance(60_000);
    const renewTime = new Date(Date.UTC(2026, 0, 2, 3, 5, 8) - 1000 + ms).toISOString().replace('Z', '000Z');
    t.strictSame([leader.story, leader.server.spec()?.renewTime], [['started'], renewTime], `the leader, by ${ms} ms`);
    leader.stop();
    await settle();
  }
});

void t.test(
  'a leader that stood still writes nothing when it goes on, if the lease may be another one’s now',
  async (t) => {
    const { advance, story, check, standStill } = setUp();
    await advance(5000);
    check();
    // Renewed last after 4 s.
    standStill(8999);
    check();
    t.strictSame(story, ['started']);
    standStill(1);
    check();
    t.strictSame(story, ['started', 'writes stop: the lease was lost'], 'before any timer has gone off');
    await settle();
    t.strictSame(story, ['started', 'writes stop: the lease was lost', 'stopped', 'over']);
  },
);

void t.test('a renewal counts from when it was asked for, however late its answer', async (t) => {
  const slow = setUp();
  await slow.advance(5000);
  slow.server.slowDown(3000);
  await slow.advance(60_000);
  t.strictSame(slow.story, ['started'], 'a slow API server is no reason to stop');
  slow.stop();
  await slow.advance(10_000);
  t.equal(slow.story.at(-1), 'over');

  const { server, advance, story } = setUp();
  await advance(5000);
  // Asked for after 6 s, answered after 13 s; from then on nothing is answered in time.
  server.slowDown(7000);
  await advance(8500);
  server.slowDown(60_000);
  await advance(2499);
  t.strictSame(story, ['started']);
  await advance(1);
  t.equal(story[1], 'writes stop: the lease was lost', 'ten seconds after it was asked for');
  await advance(20_000);
});

void t.test(
  'the leader goes on when somebody else touches or removes the lease, and its record stays whole',
  async (t) => {
    const { server, advance, story, stop } = setUp();
    await settle();
    server.seize({ ...server.spec(), leaseTransitions: 7 });
    await advance(2000);
    t.strictSame([story, server.spec()?.leaseTransitions], [['started'], 7]);
    server.remove();
    await advance(2000);
    t.strictSame([story, server.spec()?.holderIdentity], [['started'], 'us']);
    stop();
    await settle();
    t.equal(server.spec()?.holderIdentity, '');
  },
);

void t.test('one that is told to stop while it takes the lease gives it back and never leads', async (t) => {
  const { server, advance, story, stop } = setUp();
  server.slowDown(1000);
  await advance(500);
  stop();
  await advance(5000);
  t.strictSame([story, server.spec()?.holderIdentity], [['over'], '']);
});

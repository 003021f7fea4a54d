import t from 'tap';
import { ApiError } from '../../src/kube/api-error.ts';
import { runWithLease } from '../../src/kube/leader-lease.ts';
import type { LeaderLeaseOptions } from '../../src/kube/leader-lease.ts';
import type { Lease, LeaseSpec } from '../../src/kube/lease-record.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';

const refuse = (code: number, reason: string): never => {
  throw new ApiError({ code, reason, message: reason });
};

/** An API server that knows one Lease. */
const createLeaseServer = (first?: LeaseSpec) => {
  let version = 1;
  let stored: Lease | undefined;
  let isDown = false;
  let hangs = false;

  const write = (spec: LeaseSpec | undefined): Lease => {
    version += 1;
    const metadata = { namespace: 'lws-system', name: 'lws', resourceVersion: String(version) };
    stored = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, ...(spec !== undefined && { spec }) };
    return stored;
  };
  if (first !== undefined) write(first);

  const answer = async <T>(value: () => unknown, signal: AbortSignal | undefined): Promise<T> => {
    if (isDown) throw new Error('connect ECONNREFUSED');
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
  const server = createLeaseServer(first);
  const { clock, advance } = createFakeClock();
  const stop = new AbortController();
  const story: string[] = [];
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
    onStarted: (signal) => {
      story.push('started');
      signal.addEventListener('abort', () => story.push(`writes stop: ${(signal.reason as Error).message}`));
    },
    onStopped: () => story.push('stopped'),
    log: createQuietLog().log,
    ...options,
  });
  void running.then(() => story.push('over'));
  return { server, advance, stop: () => stop.abort(), story };
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

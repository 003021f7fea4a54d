import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createDeadline } from './deadline.ts';
import { createLeaseClient } from './lease-client.ts';
import type { LeaseClient } from './lease-client.ts';
import type { Log } from './log.ts';
import type { RestClient } from './rest-client.ts';
import { sleep } from './sleep.ts';

export type LeaderLeaseOptions = {
  readonly client: Pick<RestClient, 'get' | 'create' | 'update'>;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Stops and releases the lease. */
  readonly signal: AbortSignal;
  /** Begins the leader's work; its signal is aborted at once when the lease is lost or we stop. The lease is released only after the promise has settled. */
  readonly onStarted: (signal: AbortSignal, term: Term) => void | Promise<void>;
  readonly onStopped?: () => void;
  readonly log: Log;
  readonly metrics?: { readonly isLeader?: (leaseName: string, isLeader: boolean) => void };
};

/** The time for which we hold the lease. */
export type Term = {
  /**
   * Aborts the signal of the leader's work if the lease should have been renewed by now. A process that stood still for a while goes on with
   * whatever comes first, which may be a write and not the timer that would have told it.
   */
  readonly check: () => void;
};

/** Candidates ask at different times; client-go's factor. */
const JITTER = 1.2;

type Context = LeaderLeaseOptions & { readonly clock: Clock; readonly lease: LeaseClient };

/** One try that ends in time; answers when it began if we hold the lease now. */
const tryWithin = async ({ clock, lease, log, name }: Context, ms: number): Promise<number | undefined> => {
  // Counted from before the request: the server may have written right at the beginning.
  const beganAt = clock.monotonicMs();
  // Not ended by our stopping: a write whose answer we don't wait for could not be undone by a release.
  const deadline = createDeadline(clock, ms, `no answer about the lease within ${Math.round(ms)} ms`);
  try {
    return (await lease.tryHold(deadline.signal)) ? beganAt : undefined;
  } catch (error) {
    log.warn({ error, lease: name }, 'the lease cannot be taken or renewed now');
    return undefined;
  } finally {
    deadline.cancel();
  }
};

const acquire = async (context: Context): Promise<number | undefined> => {
  const { clock, signal, retryPeriodMs, random = Math.random, log, lease, name } = context;
  let toldOf: string | undefined;
  while (!signal.aborted) {
    const heldSince = await tryWithin(context, context.renewDeadlineMs / 2);
    if (heldSince !== undefined) return heldSince;
    const holder = lease.holder();
    if (holder !== toldOf) log.info({ lease: name, holder }, 'waiting for the lease');
    toldOf = holder;
    await sleep(clock, retryPeriodMs * (1 + JITTER * random()), signal);
  }
  return undefined;
};

type Tenure = { readonly leftMs: () => number; readonly renewed: (atMs: number) => void };

const createTenure = ({ clock, renewDeadlineMs }: Context, acquiredAt: number): Tenure => {
  let renewedAt = acquiredAt;
  return {
    leftMs: () => renewedAt + renewDeadlineMs - clock.monotonicMs(),
    renewed: (atMs) => (renewedAt = atMs),
  };
};

/** Renews until that fails for too long, somebody else holds the lease, or we are to stop. */
const keep = async (context: Context, tenure: Tenure, signal: AbortSignal): Promise<void> => {
  const { clock, retryPeriodMs, identity, lease } = context;
  for (;;) {
    await sleep(clock, Math.min(retryPeriodMs, tenure.leftMs()), signal);
    if (signal.aborted || tenure.leftMs() <= 0) return;
    const renewedAt = await tryWithin(context, tenure.leftMs());
    if (renewedAt !== undefined) tenure.renewed(renewedAt);
    if (lease.holder() !== identity) return;
  }
};

/** Waits until the leader's work has ended; false when the lease would run out before. */
const workEnded = async (context: Context, work: Promise<void>, ms: number): Promise<boolean> => {
  const patience = new AbortController();
  const ended = await Promise.race([
    work.then(() => true),
    sleep(context.clock, ms, patience.signal).then(() => false),
  ]);
  patience.abort();
  return ended;
};

const release = async ({ clock, lease, log, name, retryPeriodMs }: Context): Promise<void> => {
  const deadline = createDeadline(clock, retryPeriodMs, 'no answer in time');
  try {
    await lease.release(deadline.signal);
  } catch (error) {
    log.warn({ error, lease: name }, 'the lease could not be released, and runs out instead');
  } finally {
    deadline.cancel();
  }
};

const lead = async (context: Context, acquiredAt: number): Promise<void> => {
  const { log, name, identity, lease, signal, renewDeadlineMs } = context;
  const leading = new AbortController();
  const tenure = createTenure(context, acquiredAt);
  const lose = (): void => {
    if (leading.signal.aborted) return;
    log.error({ lease: name, holder: lease.holder() }, 'the lease was lost');
    leading.abort(new Error('the lease was lost'));
  };
  const check = (): void => {
    if (tenure.leftMs() <= 0) lose();
  };
  const stop = (): void => leading.abort(new Error('stopping'));
  signal.addEventListener('abort', stop, { once: true });
  log.info({ lease: name, identity }, 'leading');
  context.metrics?.isLeader?.(name, true);
  const start = async (): Promise<void> => context.onStarted(leading.signal, { check });
  const work = start().catch((error: unknown) => {
    log.error({ error }, 'the work of the leader failed');
    leading.abort(error);
  });

  await keep(context, tenure, leading.signal);
  signal.removeEventListener('abort', stop);
  lose();
  context.metrics?.isLeader?.(name, false);
  context.onStopped?.();

  // Whoever comes next must not meet writes of ours: without a release the lease just runs out.
  if ((await workEnded(context, work, renewDeadlineMs)) && lease.holder() === identity) await release(context);
};

/** Waits for the lease, leads while it can be renewed, and resolves when it is lost or when the signal is aborted. */
export const runWithLease = async (options: LeaderLeaseOptions): Promise<void> => {
  const { clock = systemClock } = options;
  const context = { ...options, clock, lease: createLeaseClient({ ...options, clock }) };
  options.metrics?.isLeader?.(options.name, false);
  const acquiredAt = await acquire(context);
  if (acquiredAt === undefined) return;
  if (options.signal.aborted) await release(context);
  else await lead(context, acquiredAt);
};

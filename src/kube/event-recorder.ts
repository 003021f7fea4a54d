import type { Event } from '../api/events.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createEventSender } from './event-sender.ts';
import { createEventSeries } from './event-series.ts';
import type { Occurrence } from './event-series.ts';
import type { Log } from './log.ts';
import type { RestClient } from './rest-client.ts';
import { sleep } from './sleep.ts';

export type EventRecorder = {
  /** Queues an event and returns at once; never throws. */
  readonly record: (event: Event) => void;
  /** Resolves when all queued events were sent or given up, at the latest after `timeoutMs`. */
  readonly flush: (timeoutMs: number) => Promise<void>;
};

export type EventRecorderOptions = {
  readonly client: Pick<RestClient, 'create' | 'mergePatch'>;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly log: Log;
  readonly clock?: Clock;
};

/** client-go's queue length. */
const LONGEST_QUEUE = 1000;
const SWEEP_MS = 60_000;

/** Sends events in the background, and counts repetitions in a series as client-go does. */
export const createEventRecorder = (options: EventRecorderOptions): EventRecorder => {
  const { clock = systemClock, log } = options;
  const series = createEventSeries(clock);
  const send = createEventSender({ ...options, clock });
  const queue: Occurrence[] = [];
  let sending: Promise<void> | undefined;
  let sweeping = false;
  let dropped = 0;
  let reported = 0;

  const sendAll = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await send(next);
    sending = undefined;
  };

  const enqueue = (occurrence: Occurrence): void => {
    queue.push(occurrence);
    if (queue.length > LONGEST_QUEUE) {
      queue.shift();
      dropped += 1;
    }
    sending ??= sendAll();
  };

  const reportDropped = (): void => {
    if (dropped > reported)
      log.warn({ events: dropped - reported }, 'events were dropped: the API server did not take them in time');
    reported = dropped;
  };

  const sweepLater = (): void => {
    if (sweeping) return;
    sweeping = true;
    const sweep = (): void => {
      sweeping = false;
      reportDropped();
      for (const occurrence of series.finish()) enqueue(occurrence);
      if (!series.isEmpty()) sweepLater();
    };
    clock.after(SWEEP_MS, sweep, { background: true });
  };

  return {
    record: (event) => {
      const occurrence = series.observe(event);
      if (occurrence !== undefined) enqueue(occurrence);
      sweepLater();
    },

    flush: async (timeoutMs) => {
      const timeout = new AbortController();
      await Promise.race([sending, sleep(clock, timeoutMs, timeout.signal)]);
      timeout.abort();
      reportDropped();
      if (queue.length > 0) log.warn({ events: queue.length }, 'events were not sent in time');
    },
  };
};

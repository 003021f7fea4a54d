import type { Event } from '../api/events.ts';
import type { Clock } from './clock.ts';
import { nanosecondsOf } from './micro-time.ts';

/** client-go's `finishTime`: an event that was quiet for so long begins anew. */
const SERIES_ENDS_AFTER_MS = 6 * 60_000;

export type Series = { readonly count: number; readonly lastObservedMs: number };

/** What is to be sent: an event alone at first, later its series. */
export type Occurrence = { readonly slot: SeriesSlot; readonly series: Series | undefined };

/** One event that may repeat. */
export type SeriesSlot = {
  readonly event: Event;
  /** When it happened first; no two slots have the same, because events are named after it. */
  readonly nanoseconds: bigint;
  /** The name under which the API server knows the event, once it was sent. */
  name: string | undefined;
  series: Series | undefined;
  lastObservedMs: number;
};

const keyOf = ({ type, action, reason, regarding, related }: Event): string =>
  // Upstream: the note is not part of it, the resourceVersion of the object is.
  JSON.stringify([type, action, reason, regarding, related]);

/** Tells repetitions from new events as client-go does. */
export const createEventSeries = (clock: Clock) => {
  const slots = new Map<string, SeriesSlot>();
  let latest = 0n;

  const nextNanoseconds = (): bigint => {
    const now = nanosecondsOf(clock.now());
    // One microsecond later than the one before: the clock may stand still, and an event's time has no finer digits.
    latest = now > latest ? now : latest + 1000n;
    return latest;
  };

  return {
    /** Counts an event; answers undefined when the API server need not hear of it now, because it knows of a series. */
    observe: (event: Event): Occurrence | undefined => {
      const key = keyOf(event);
      const now = clock.now();
      const slot = slots.get(key);
      if (slot === undefined || now - slot.lastObservedMs > SERIES_ENDS_AFTER_MS) {
        const nanoseconds = nextNanoseconds();
        const fresh: SeriesSlot = { event, nanoseconds, name: undefined, series: undefined, lastObservedMs: now };
        slots.set(key, fresh);
        return { slot: fresh, series: undefined };
      }
      const count = (slot.series?.count ?? 1) + 1;
      slot.lastObservedMs = now;
      slot.series = { count, lastObservedMs: now };
      return count === 2 ? { slot, series: slot.series } : undefined;
    },

    /** Forgets what has been quiet for long enough, and answers the series whose last count is to be sent. */
    finish: (): readonly Occurrence[] => {
      const finished: Occurrence[] = [];
      for (const [key, slot] of slots) {
        if (clock.now() - slot.lastObservedMs <= SERIES_ENDS_AFTER_MS) continue;
        slots.delete(key);
        // A count of two was sent when it happened.
        if (slot.series !== undefined && slot.series.count > 2) finished.push({ slot, series: slot.series });
      }
      return finished;
    },

    isEmpty: (): boolean => slots.size === 0,
  };
};

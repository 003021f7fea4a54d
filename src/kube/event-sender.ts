import { ApiError, isAlreadyExists, isNamespaceTerminating, isNotFound } from './api-error.ts';
import type { Clock } from './clock.ts';
import { buildEventBody, eventNamespace, seriesBody } from './event-body.ts';
import type { EventRecorderOptions } from './event-recorder.ts';
import type { Occurrence, Series } from './event-series.ts';
import { sleep } from './sleep.ts';

const MOST_TRIES = 4;
const FIRST_WAIT_MS = 500;

/** Refusals that another try would not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiError && error.code < 500 && error.code !== 429 && error.code !== 401;

/** Refusals that are nobody's mistake: the namespace is going away, or an earlier try had succeeded. */
const isExpected = (error: unknown): boolean => isNamespaceTerminating(error) || isAlreadyExists(error);

type Options = EventRecorderOptions & { readonly clock: Clock };

/** Sends events and their series, a few times if need be; gives up with a line in the log. */
export const createEventSender = (options: Options) => {
  const { client, clock, log } = options;
  const create = async ({ slot, series }: Occurrence): Promise<void> => {
    const { reportingController, reportingInstance } = options;
    const { event, nanoseconds } = slot;
    const body = buildEventBody({ event, nanoseconds, reportingController, reportingInstance, series });
    await client.create(body);
    slot.name = body.metadata.name;
  };

  const patchSeries = async (occurrence: Occurrence, name: string, series: Series): Promise<void> => {
    const namespace = eventNamespace(occurrence.slot.event.regarding);
    const ref = { apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace, name };
    try {
      await client.mergePatch(ref, { series: seriesBody(series) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // The API server forgets events after an hour.
      await create(occurrence);
    }
  };

  const sendOnce = async (occurrence: Occurrence): Promise<void> => {
    const { slot, series } = occurrence;
    if (slot.name === undefined || series === undefined) return create(occurrence);
    return patchSeries(occurrence, slot.name, series);
  };

  const giveUp = (error: unknown, { slot }: Occurrence, tries: number): void => {
    if (isExpected(error)) return;
    const { reason, note } = slot.event;
    log.warn({ error, reason, note, tries }, 'an event could not be recorded');
  };

  return async (occurrence: Occurrence): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        return await sendOnce(occurrence);
      } catch (error) {
        if (isFinal(error) || tries === MOST_TRIES) return giveUp(error, occurrence, tries);
        await sleep(clock, FIRST_WAIT_MS * 2 ** (tries - 1));
      }
    }
  };
};

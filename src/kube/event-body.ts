import type { Event } from '../api/events.ts';
import type { KubeObject, ObjectRef } from '../api/kubernetes.ts';
import { microTime, nanosecondsOf } from './micro-time.ts';
import type { Series } from './event-series.ts';

/** The API server refuses longer notes. */
const LONGEST_NOTE_BYTES = 1024;
const LONGEST_NAME = 253;

const shortened = (note: string): string => {
  const bytes = Buffer.from(note);
  if (bytes.length <= LONGEST_NOTE_BYTES) return note;
  // Cut before the character that does not fit as a whole.
  let end = LONGEST_NOTE_BYTES;
  while ((bytes[end] ?? 0) >> 6 === 0b10) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
};

/** Events about objects without a namespace live in `default`. */
export const eventNamespace = (regarding: ObjectRef): string => regarding.namespace || 'default';

/** The name client-go gives: `<object>.<hexadecimal nanoseconds>`. */
export const eventName = (regarding: ObjectRef, nanoseconds: bigint): string => {
  const suffix = `.${nanoseconds.toString(16)}`;
  return regarding.name.slice(0, LONGEST_NAME - suffix.length) + suffix;
};

/** The `series` of an event as the API server takes it. */
export const seriesBody = ({ count, lastObservedMs }: Series) => ({
  count,
  lastObservedTime: microTime(nanosecondsOf(lastObservedMs)),
});

export type EventBodyOptions = {
  readonly event: Event;
  readonly nanoseconds: bigint;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly series?: Series | undefined;
};

/** An event as events.k8s.io/v1 takes it. */
export type EventObject = KubeObject &
  Event & {
    readonly eventTime: string;
    readonly series?: { readonly count: number; readonly lastObservedTime: string };
    readonly reportingController: string;
    readonly reportingInstance: string;
  };

/** Builds the body of an event that happened `nanoseconds` after 1970. */
export const buildEventBody = (options: EventBodyOptions): EventObject => {
  const { event, nanoseconds, series } = options;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: eventName(event.regarding, nanoseconds), namespace: eventNamespace(event.regarding) },
    eventTime: microTime(nanoseconds),
    ...(series !== undefined && { series: seriesBody(series) }),
    reportingController: options.reportingController,
    reportingInstance: options.reportingInstance,
    ...event,
    note: shortened(event.note),
  };
};

import t from 'tap';
import type { Event } from '../../src/api/events.ts';
import { ApiError } from '../../src/kube/api-error.ts';
import { createEventRecorder } from '../../src/kube/event-recorder.ts';
import type { EventRecorderOptions } from '../../src/kube/event-recorder.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';

const EVENT: Event = {
  type: 'Normal',
  reason: 'GroupsProgressing',
  action: 'Create',
  note: 'Created leader statefulset vllm',
  regarding: {
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    namespace: 'prod',
    name: 'vllm',
    uid: 'u1',
    resourceVersion: '7',
  },
  related: { apiVersion: 'apps/v1', kind: 'ControllerRevision', namespace: 'prod', name: 'vllm-6f8cd98648-1' },
};

const setUp = (answers: readonly unknown[] = []) => {
  const { clock, advance } = createFakeClock();
  const sent: unknown[][] = [];
  const { log, lines } = createQuietLog();
  const answer = async <T>(...request: unknown[]): Promise<T> => {
    sent.push(request);
    const error = answers[sent.length - 1];
    if (error !== undefined) throw error;
    return {} as T;
  };
  const client: EventRecorderOptions['client'] = {
    create: (object) => answer('create', object),
    mergePatch: (ref, patch) => answer('patch', ref.name, patch),
  };
  const recorder = createEventRecorder({
    client,
    reportingController: 'leaderworkerset',
    reportingInstance: 'leaderworkerset-host',
    clock,
    log,
  });
  return { recorder, sent, lines, advance };
};

/** 2026-01-02T03:04:05Z. */
const FIRST_NAME = `vllm.${1_767_323_045_000_000_000n.toString(16)}`;

void t.test('an event is sent as events.k8s.io/v1 wants it', async (t) => {
  const { recorder, sent } = setUp();
  recorder.record(EVENT);
  await recorder.flush(1000);
  t.strictSame(sent, [
    [
      'create',
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: FIRST_NAME, namespace: 'prod' },
        eventTime: '2026-01-02T03:04:05.000000Z',
        reportingController: 'leaderworkerset',
        reportingInstance: 'leaderworkerset-host',
        ...EVENT,
      },
    ],
  ]);
});

void t.test('repetitions are counted: told at the second, and at the end', async (t) => {
  const { recorder, sent, advance } = setUp();
  for (let time = 0; time < 5; time++) {
    // Upstream: the note does not make it another event.
    recorder.record({ ...EVENT, note: `note ${time}` });
    await advance(1000);
  }
  t.strictSame(
    sent.slice(1),
    [['patch', FIRST_NAME, { series: { count: 2, lastObservedTime: '2026-01-02T03:04:06.000000Z' } }]],
    'while it goes on',
  );
  await advance(8 * 60_000);
  t.strictSame(sent.slice(2), [
    ['patch', FIRST_NAME, { series: { count: 5, lastObservedTime: '2026-01-02T03:04:09.000000Z' } }],
  ]);
  recorder.record(EVENT);
  await settle();
  t.match(
    sent.at(-1),
    ['create', { eventTime: '2026-01-02T03:12:10.000000Z', series: undefined }],
    'and then it begins anew',
  );
});

const OTHERS: readonly (readonly [string, Event])[] = [
  ['another type', { ...EVENT, type: 'Warning' }],
  ['another action', { ...EVENT, action: 'Update' }],
  ['another reason', { ...EVENT, reason: 'GroupsUpdating' }],
  ['another state of the object', { ...EVENT, regarding: { ...EVENT.regarding, resourceVersion: '8' } }],
  ['another related object', { ...EVENT, related: EVENT.regarding }],
];

void t.test('what differs in more than its note is another event, with another name', async (t) => {
  const { recorder, sent } = setUp();
  recorder.record(EVENT);
  for (const [, event] of OTHERS) recorder.record(event);
  await recorder.flush(1000);
  const names = sent.map(([, object]) => (object as { metadata: { name: string } }).metadata.name);
  t.strictSame([sent.length, new Set(names).size], [OTHERS.length + 1, OTHERS.length + 1]);
});

const refused = (code: number, reason: string, causes: readonly { reason: string }[] = []): ApiError =>
  new ApiError({ code, reason, message: reason, details: { causes } });

const FAILURES: readonly { name: string; answers: readonly unknown[]; sends: number; lines: readonly string[] }[] = [
  { name: 'a lost connection is tried again', answers: [new Error('reset'), new Error('reset')], sends: 3, lines: [] },
  {
    name: 'but not for ever',
    answers: Array.from({ length: 9 }, () => new Error('reset')),
    sends: 4,
    lines: ['warn: an event could not be recorded'],
  },
  {
    name: 'a refusal is final',
    answers: [refused(422, 'Invalid')],
    sends: 1,
    lines: ['warn: an event could not be recorded'],
  },
  {
    name: 'a namespace that goes away is nothing to talk about',
    answers: [refused(403, 'Forbidden', [{ reason: 'NamespaceTerminating' }])],
    sends: 1,
    lines: [],
  },
];

void t.test('failures to send', async (t) => {
  for (const { name, answers, sends, lines: expected } of FAILURES) {
    const { recorder, sent, lines, advance } = setUp(answers);
    recorder.record(EVENT);
    await advance(60_000);
    t.strictSame([sent.length, lines], [sends, expected], name);
  }
});

void t.test('a series whose event the API server forgot is created anew', async (t) => {
  const { recorder, sent } = setUp([undefined, refused(404, 'NotFound')]);
  recorder.record(EVENT);
  recorder.record(EVENT);
  await recorder.flush(1000);
  t.match(sent.at(-1), ['create', { series: { count: 2 } }]);
});

void t.test('a long note is cut between characters', async (t) => {
  const { recorder, sent } = setUp();
  recorder.record({ ...EVENT, note: `a${'é'.repeat(600)}` });
  await recorder.flush(1000);
  t.match(sent, [['create', { note: `a${'é'.repeat(511)}` }]]);
});

void t.test('when the API server does not keep up the oldest events are dropped', async (t) => {
  const { recorder, advance, lines } = setUp(Array.from({ length: 9 }, () => new Error('reset')));
  for (let version = 0; version < 1101; version++) {
    recorder.record({ ...EVENT, regarding: { ...EVENT.regarding, resourceVersion: String(version) } });
  }
  const flushed = recorder.flush(100);
  await advance(100);
  await flushed;
  t.strictSame(lines, [
    'warn: events were dropped: the API server did not take them in time',
    'warn: events were not sent in time',
  ]);
});

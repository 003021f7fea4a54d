import t from 'tap';
import type { KubeObject } from '../../src/api/kubernetes.ts';
import { createInformer } from '../../src/kube/informer-cache.ts';
import type { Change, InformerOptions } from '../../src/kube/informer-cache.ts';
import { createReadingPace } from '../../src/kube/reading-pace.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';
import { FIRST_PLAN, planWatch } from '../../src/kube/watch-plan.ts';
import type { WatchOutcome, WatchPlan } from '../../src/kube/watch-plan.ts';
import { createHastyClock } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';
import { json, refusal, startScriptedServer, stream } from './scripted-server.ts';
import type { Reply } from './scripted-server.ts';

type Pod = KubeObject & { readonly note?: string };

const pod = (name: string, resourceVersion: string, more: object = {}, uid = name): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'prod', name, uid, resourceVersion, labels: { app: name.slice(0, 1) } },
  ...more,
});

const event = (type: string, object: Pod) => ({ type, object });
const added = (name: string, version: string, more?: object) => event('ADDED', pod(name, version, more));
const modified = (name: string, version: string, more?: object) => event('MODIFIED', pod(name, version, more));
const deleted = (name: string, version: string) => event('DELETED', pod(name, version));
const bookmark = (resourceVersion: string) => ({
  type: 'BOOKMARK',
  object: { kind: 'Pod', metadata: { resourceVersion } },
});
const listed = (resourceVersion: string) => ({
  type: 'BOOKMARK',
  object: { kind: 'Pod', metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } },
});
const failed = (code: number) => ({ type: 'ERROR', object: { kind: 'Status', code, reason: 'x', message: 'm' } });
const page = (version: string, items: readonly Pod[], next?: string): Reply =>
  json(200, {
    metadata: { resourceVersion: version, continue: next },
    // Items of lists come without apiVersion and kind.
    items: items.map(({ apiVersion: _, kind: __, ...item }) => item),
  });

/** As the API server writes its own kinds, up to the version. */
const headOf = ({ kind, apiVersion, metadata: { name, namespace, uid, resourceVersion } }: Pod): string =>
  `{"type":"ADDED","object":${JSON.stringify({ kind, apiVersion, metadata: { name, generateName: 'x-', namespace, uid, resourceVersion } }).slice(0, -2)}`;

const SILENT: Reply = stream([], 'silence');

const told = ({ kind, before, after }: Change<Pod>): string =>
  `${kind} ${(after ?? before)?.metadata.name} ${before?.metadata.resourceVersion ?? ''}>${after?.metadata.resourceVersion ?? ''}`;

type Test = { readonly teardown: (close: () => Promise<void>) => void };

const setUp = async (
  test: Test,
  replies: readonly Reply[],
  options: Partial<InformerOptions<Pod>> = {},
  watchdog = false,
) => {
  const server = await startScriptedServer(replies);
  // Backoff passes at once; the 75 s of the watchdog only where it is tested, other time-outs never.
  const { clock, waits } = createHastyClock((ms) => ms < 30_000 || (watchdog && ms === 75_000));
  const client = createRestClient({ connection: server.connection, userAgent: 'lws/test', qps: 0, burst: 0, clock });
  const { log, lines } = createQuietLog();
  const informer = createInformer<Pod>({
    client,
    resource: { apiVersion: 'v1', kind: 'Pod' },
    log,
    clock,
    random: () => 0,
    indexes: { app: (object) => [object.metadata.labels?.['app'] ?? ''] },
    ...options,
  });
  const changes: string[] = [];
  informer.onChange((change) => changes.push(told(change)));
  const stop = new AbortController();
  const running = informer.run(stop.signal);
  test.teardown(async () => {
    stop.abort();
    await running;
    await server.close();
  });

  /** Resolves when the server was asked so often, and the cache has come to this version if one is given. */
  const asked = async (count: number, version?: string): Promise<void> => {
    const isThere = () =>
      server.requests.length >= count && (version ?? informer.resourceVersion()) === informer.resourceVersion();
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const names = () =>
    [...informer.list()].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted();
  return { informer, server, changes, asked, names, lines, waits };
};

/** What a server does, how often it is asked in all, and what the cache makes of it. */
const STORIES: readonly {
  readonly name: string;
  readonly replies: readonly Reply[];
  readonly expected: { changes: readonly string[]; names: readonly string[]; version: string };
}[] = [
  {
    name: 'takes in a streamed list, then follows it on the same stream',
    replies: [
      stream(
        [added('a', '5'), added('b', '3'), listed('7'), modified('a', '8'), deleted('b', '9'), bookmark('12')],
        'silence',
      ),
    ],
    expected: { changes: ['added a >5', 'added b >3', 'updated a 5>8', 'deleted b 3>'], names: ['a 8'], version: '12' },
  },
  {
    name: 'falls back to pages when the server knows no streamed lists',
    replies: [
      refusal(422, 'Invalid'),
      page('7', [pod('a', '5')], 'more'),
      page('7', [pod('b', '6')]),
      stream([added('c', '8')], 'silence'),
    ],
    expected: { changes: ['added a >5', 'added b >6', 'added c >8'], names: ['a 5', 'b 6', 'c 8'], version: '8' },
  },
  {
    name: 'falls back to pages when a streamed list never ends',
    replies: [stream([added('a', '5')], 'close'), page('7', [pod('a', '5')]), stream([bookmark('9')], 'silence')],
    expected: { changes: ['added a >5'], names: ['a 5'], version: '9' },
  },
  {
    name: 'goes on after a reset where it was',
    replies: [stream([added('a', '5'), listed('7'), bookmark('9')], 'break'), stream([modified('a', '10')], 'silence')],
    expected: { changes: ['added a >5', 'updated a 5>10'], names: ['a 10'], version: '10' },
  },
  {
    name: 'goes on after the server closed the stream in good order',
    replies: [stream([added('a', '5'), listed('7')], 'close'), stream([modified('a', '10')], 'silence')],
    expected: { changes: ['added a >5', 'updated a 5>10'], names: ['a 10'], version: '10' },
  },
  {
    name: 'tells of all that happened unseen after a 410 event',
    replies: [
      stream([added('a', '5'), added('b', '6'), added('c', '4'), listed('7'), failed(410)], 'silence'),
      stream([added('a', '5'), added('b', '20'), added('d', '21'), listed('22')], 'silence'),
    ],
    expected: {
      changes: ['added a >5', 'added b >6', 'added c >4', 'updated b 6>20', 'added d >21', 'deleted c 4>'],
      names: ['a 5', 'b 20', 'd 21'],
      version: '22',
    },
  },
  {
    name: 'reads no more than the heads of what it knows already',
    replies: [
      stream([added('a', '5'), added('b', '6'), added('c', '4'), listed('7'), failed(410)], 'silence'),
      stream(
        [
          `${headOf(pod('a', '5'))} is the head\n`,
          `${headOf(pod('b', '20'))}}}}\n`,
          `${headOf(pod('d', '21'))}}}}\n`,
          listed('22'),
        ],
        'silence',
      ),
    ],
    expected: {
      changes: ['added a >5', 'added b >6', 'added c >4', 'updated b 6>20', 'added d >21', 'deleted c 4>'],
      names: ['a 5', 'b 20', 'd 21'],
      version: '22',
    },
  },
  {
    name: 'lists again after a 410 answer',
    replies: [
      stream([added('a', '5'), listed('7')], 'close'),
      refusal(410, 'Expired'),
      stream([listed('22')], 'silence'),
    ],
    expected: { changes: ['added a >5', 'deleted a 5>'], names: [], version: '22' },
  },
  {
    name: 'keeps its place over ERROR events that are no 410, and busy answers',
    replies: [
      stream([added('a', '5'), listed('7'), failed(500)], 'silence'),
      refusal(429, 'TooManyRequests', { 'retry-after': '2' }),
      stream([failed(429)], 'close'),
      stream([modified('a', '10')], 'silence'),
    ],
    expected: { changes: ['added a >5', 'updated a 5>10'], names: ['a 10'], version: '10' },
  },
  {
    name: 'distrusts its place when watches are closed again and again without a word',
    replies: [
      stream([added('a', '5'), listed('7')], 'close'),
      stream([], 'close'),
      stream([], 'close'),
      stream([], 'close'),
      stream([listed('30')], 'silence'),
    ],
    expected: { changes: ['added a >5', 'deleted a 5>'], names: [], version: '30' },
  },
  {
    name: 'never goes back to an older object',
    replies: [
      stream(
        [added('a', '10'), listed('12'), modified('a', '12'), modified('a', '11'), deleted('a', '9'), bookmark('13')],
        'silence',
      ),
    ],
    expected: { changes: ['added a >10', 'updated a 10>12'], names: ['a 12'], version: '13' },
  },
  {
    name: 'tells of an object that was replaced by one of its name as deleted and added',
    replies: [stream([added('a', '5'), listed('7'), event('MODIFIED', pod('a', '8', {}, 'other'))], 'silence')],
    expected: { changes: ['added a >5', 'deleted a 5>', 'added a >8'], names: ['a 8'], version: '8' },
  },
  {
    name: 'starts over when the cluster was restored from a backup',
    replies: [
      stream([added('a', '500'), added('b', '490'), listed('510'), failed(410)], 'silence'),
      stream([added('a', '20'), listed('30')], 'silence'),
      page('31', [pod('a', '20')]),
      SILENT,
    ],
    expected: {
      changes: ['added a >500', 'added b >490', 'updated a 500>20', 'deleted b 490>'],
      names: ['a 20'],
      version: '31',
    },
  },
  {
    name: 'gets past a line that is no JSON by listing',
    replies: [
      stream([added('a', '5'), listed('7'), 'oops\n'], 'silence'),
      stream([added('a', '5'), listed('9')], 'silence'),
    ],
    expected: { changes: ['added a >5'], names: ['a 5'], version: '9' },
  },
  {
    name: 'gets past a line without end by listing',
    replies: [
      stream([added('a', '5'), listed('7'), 'x'.repeat(17 * 1024 * 1024)], 'silence'),
      stream([added('a', '6'), listed('9')], 'silence'),
    ],
    expected: { changes: ['added a >5', 'updated a 5>6'], names: ['a 6'], version: '9' },
  },
];

void t.test('a cache follows its API server', async (t) => {
  for (const { name, replies, expected } of STORIES) {
    const { informer, changes, asked, names } = await setUp(t, replies);
    await asked(replies.length, expected.version);
    t.strictSame({ changes, names: names(), version: informer.resourceVersion() }, expected, name);
  }
});

void t.test('asks for bookmarks always, and for what it did not see yet', async (t) => {
  const { server, asked } = await setUp(
    t,
    [stream([listed('7')], 'close'), refusal(410, 'Expired'), refusal(422, 'Invalid'), page('9', []), SILENT],
    { labelSelector: 'app', namespace: 'prod' },
  );
  await asked(5);
  const common = { labelSelector: 'app' };
  const watch = { ...common, watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: '300' };
  const streamed = { ...watch, sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
  t.strictSame(
    server.requests.map(({ path, query }) => [path, query]),
    [
      streamed,
      { ...watch, resourceVersion: '7' },
      streamed,
      { ...common, limit: '250' },
      { ...watch, resourceVersion: '9' },
    ].map((query) => ['/api/v1/namespaces/prod/pods', query]),
  );
});

void t.test('gives up a stream that has fallen silent', async (t) => {
  const { names, asked, waits } = await setUp(
    t,
    [stream([added('a', '5'), listed('7')], 'silence'), stream([modified('a', '8')], 'silence'), SILENT],
    {},
    true,
  );
  // The hasty clock lets the watchdog win against the first bytes now and then: what counts is that it always asks again.
  await asked(3);
  t.ok(waits.includes(75_000));
  t.ok(names().length <= 1);
});

void t.test('waits longer after each failure, and as long as it was asked to', async (t) => {
  const busy = refusal(429, 'TooManyRequests', { 'retry-after': '20' });
  const { waits, asked } = await setUp(t, [
    refusal(500, 'a'),
    refusal(500, 'b'),
    busy,
    stream([listed('7')], 'silence'),
  ]);
  await asked(4, '7');
  t.strictSame(waits, [400, 800, 20_000]);
});

void t.test('is synced only when everything was taken in', async (t) => {
  const { informer, asked } = await setUp(t, [
    stream([added('a', '5')], 'break'),
    stream([added('a', '5'), listed('7')], 'silence'),
  ]);
  t.equal(informer.hasSynced(), false);
  await informer.synced();
  t.strictSame([informer.hasSynced(), informer.get('prod', 'a')?.kind], [true, 'Pod']);
  await asked(2);
});

/** Whether each line of a cache's watches may take its time; `gone` ends a watch so that everything is read again. */
const hurries = async (lines: readonly object[], isUnhurried?: boolean): Promise<boolean[]> => {
  const hurries: boolean[] = [];
  const stop = new AbortController();
  const { clock } = createHastyClock(() => true);
  const { log } = createQuietLog();
  const sessions = lines.map((line) => JSON.stringify(line));
  const informer = createInformer<Pod>({
    client: {
      ...(isUnhurried === undefined ? {} : { isUnhurried }),
      request: () => Promise.reject(new Error('nobody asks for pages')),
      watch: ({ onLine, isUnhurried: mayRest }) => {
        for (let line = sessions.shift(); line !== undefined; line = sessions.shift()) {
          hurries.push(mayRest?.() === false);
          onLine(Buffer.from(line));
        }
        stop.abort();
        return Promise.resolve();
      },
    },
    resource: { apiVersion: 'v1', kind: 'Pod' },
    log,
    clock,
    random: () => 0,
  });
  await informer.run(stop.signal);
  return hurries;
};

void t.test(
  'hurries with the first list and with changes, and takes its time when it reads everything again',
  async (t) => {
    const lines = [
      added('a', '1'),
      listed('2'),
      added('b', '3'),
      failed(410),
      added('a', '1'),
      listed('4'),
      added('c', '5'),
    ];
    t.strictSame(await hurries(lines), [true, true, true, true, false, false, true]);
    t.strictSame(
      await hurries(lines, true),
      [false, false, true, true, false, false, true],
      'from the first list on, for an unhurried client',
    );
  },
);

void t.test('keeps what transform keeps, and by default all but managedFields', async (t) => {
  const raw = pod('a', '5', { spec: { x: '\u2028é😀' } });
  const withFields = event('ADDED', {
    ...raw,
    metadata: { ...raw.metadata, managedFields: [{}] } as KubeObject['metadata'],
  });
  const plain = await setUp(t, [stream([withFields, listed('7')], 'silence')]);
  await plain.informer.synced();
  t.strictSame(plain.informer.get('prod', 'a'), raw);

  const lean = await setUp(t, [stream([added('bad', '4'), withFields, listed('7')], 'silence')], {
    transform: ({ apiVersion, kind, metadata }) => {
      if (metadata.name === 'bad') throw new Error('cannot read this');
      return { apiVersion, kind, metadata, note: 'lean' };
    },
  });
  await lean.informer.synced();
  t.strictSame(
    [lean.informer.get('prod', 'a')?.note, lean.names(), lean.lines],
    ['lean', ['a 5'], ['error: an object cannot be read into the cache']],
  );
});

void t.test('finds objects by index, in arrays that do not change', async (t) => {
  const { informer, names } = await setUp(t, [
    stream([added('a1', '1'), added('a2', '2'), added('b1', '3'), listed('4')], 'silence'),
  ]);
  await informer.synced();
  const before = informer.byIndex('app', 'a');
  t.equal(informer.byIndex('app', 'a'), before, 'reading costs nothing');
  informer.observed(pod('a1', '9', { metadata: { ...pod('a1', '9').metadata, labels: { app: 'b' } } }));
  const of = (key: string) => informer.byIndex('app', key).map(({ metadata }) => metadata.name);
  t.strictSame(
    [before.map(({ metadata }) => metadata.name), of('a'), of('b'), of('c')],
    [['a1', 'a2'], ['a2'], ['b1', 'a1'], []],
  );
  t.strictSame(names(), ['a1 9', 'a2 2', 'b1 3']);
  t.throws(() => informer.byIndex('none', ''), { message: 'this cache has no index none' });
});

void t.test('answers to our own writes are seen at once, and never undone by what is older', async (t) => {
  const { informer, changes, asked, names } = await setUp(t, [
    stream([added('a', '5'), added('gone', '6'), listed('7'), deleted('gone', '9'), bookmark('10')], 'close'),
    refusal(410, 'Expired'),
    stream([added('a', '5'), listed('11')], 'silence'),
  ]);
  await informer.synced();
  informer.observed(pod('a', '20'));
  informer.observed(pod('ours', '21'));
  await asked(3, '11');
  t.strictSame(names(), ['a 20', 'ours 21'], 'a list from before our write does not undo it');
  informer.observed(pod('a', '20'));
  informer.observed(pod('a', '19'));
  informer.observed(pod('gone', '8'));
  t.strictSame(names(), ['a 20', 'ours 21'], 'an object that the watch saw deleted does not come back');
  t.strictSame(
    changes.filter((change) => !change.includes('gone')),
    ['added a >5', 'updated a 5>20', 'added ours >21'],
    'each change is told once',
  );
});

void t.test('a handler that throws is logged, and disturbs no other', async (t) => {
  const { informer, changes, lines } = await setUp(t, [stream([listed('7')], 'silence')]);
  const seen: string[] = [];
  informer.onChange(() => {
    throw new Error('bug');
  });
  informer.onChange((change) => seen.push(told(change)));
  await informer.synced();
  informer.observed(pod('a', '8'));
  t.strictSame([changes, seen, lines], [['added a >8'], ['added a >8'], ['error: a handler of cache changes failed']]);
});

const FOLLOWING: WatchPlan = { ...FIRST_PLAN, list: false };
const end = (kind: WatchOutcome['kind'], progress = false, isListed = false): WatchOutcome => ({
  kind,
  progress,
  listed: isListed,
});

const PLANS: readonly {
  name: string;
  outcomes: readonly WatchOutcome[];
  from?: WatchPlan;
  expected: Partial<WatchPlan>;
}[] = [
  {
    name: 'a list that broke is begun anew',
    from: FIRST_PLAN,
    outcomes: [end('broken', true)],
    expected: { list: true, streaming: true },
  },
  {
    name: 'a list that was complete is not',
    from: FIRST_PLAN,
    outcomes: [end('broken', true, true)],
    expected: { list: false },
  },
  {
    name: 'broken streams keep their place however often',
    outcomes: Array<WatchOutcome>(50).fill(end('broken')),
    expected: { list: false },
  },
  {
    name: 'five refusals in a row do not',
    outcomes: Array<WatchOutcome>(5).fill(end('refused')),
    expected: { list: true },
  },
  { name: 'four do', outcomes: Array<WatchOutcome>(4).fill(end('refused')), expected: { list: false, refusals: 4 } },
  {
    name: 'progress between them counts',
    outcomes: [...Array<WatchOutcome>(4).fill(end('refused')), end('closed', true), end('refused')],
    expected: { list: false, refusals: 1 },
  },
];

void t.test('what an attempt teaches for the next one', async (t) => {
  for (const { name, outcomes, from = FOLLOWING, expected } of PLANS)
    t.match(outcomes.reduce(planWatch, from), expected, name);
});

void t.test('what nobody waits for is read with a pause after each 64 KiB', async (t) => {
  const pace = createReadingPace();
  const answers = [65_535, 1, 65_535, 200_000, 10].map((bytes) => pace(bytes) instanceof Promise);
  t.strictSame(answers, [false, true, false, true, false]);
});

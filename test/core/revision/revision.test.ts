import t from 'tap';
import type { LeaderWorkerSet, LeaderWorkerSetSpec } from '../../../src/api/leader-worker-set.ts';
import type { Json } from '../../../src/core/canonical/json.ts';
import { buildControllerRevision } from '../../../src/core/desired/controller-revision.ts';
import { applyRevision } from '../../../src/core/revision/apply-revision.ts';
import { changedPaths } from '../../../src/core/revision/changed-paths.ts';
import { nextRevisionNumber } from '../../../src/core/revision/next-revision-number.ts';
import { revisionData } from '../../../src/core/revision/revision-data.ts';
import { rollingPaths } from '../../../src/core/revision/rolling-paths.ts';
import { sameRevision } from '../../../src/core/revision/same-revision.ts';

type Change = { readonly spec?: Partial<LeaderWorkerSetSpec>; readonly annotations?: Readonly<Record<string, string>> };

const makeSet = ({ spec = {}, annotations = {} }: Change = {}): LeaderWorkerSet => ({
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: { name: 'llm', namespace: 'ml', uid: 'u-1', annotations },
  spec: {
    replicas: 2,
    leaderWorkerTemplate: { size: 4, workerTemplate: { spec: { containers: [{ name: 'c', env: [] }] } } },
    networkConfig: { subdomainPolicy: 'Shared' },
    ...spec,
  },
});

const withImage = (image: string): LeaderWorkerSet => {
  const container = { name: 'c', image };
  return makeSet({
    spec: { leaderWorkerTemplate: { size: 4, workerTemplate: { spec: { containers: [container] } } } },
  });
};

const patch = (leaderWorkerTemplate: Json, networkConfig?: Json): Json => ({
  spec: { leaderWorkerTemplate, ...(networkConfig === undefined ? {} : { networkConfig }) },
});
const CONTAINER = { name: 'c', resources: {} };
const SHARED = { $patch: 'replace', subdomainPolicy: 'Shared' };

const STORED: readonly (readonly [string, unknown, boolean])[] = [
  ['the bytes that we write', revisionData(makeSet()), true],
  ['the same, parsed', JSON.parse(revisionData(makeSet())), true],
  [
    'null time stamps and explicit zero values of older managers',
    patch(
      {
        workerTemplate: {
          metadata: { creationTimestamp: null },
          spec: { hostNetwork: false, containers: [{ ...CONTAINER, env: null, stdin: false }] },
        },
        size: 4,
        restartPolicy: '',
        $patch: 'replace',
      },
      SHARED,
    ),
    true,
  ],
  ['no networkConfig', patch({ size: 4, workerTemplate: { spec: { containers: [CONTAINER] } } }), true],
  ['a null networkConfig', patch({ size: 4, workerTemplate: { spec: { containers: [CONTAINER] } } }, null), true],
  [
    'a networkConfig with nothing but the marker',
    patch({ size: 4, workerTemplate: { spec: { containers: [CONTAINER] } } }, { $patch: 'replace' }),
    true,
  ],
  [
    'another policy',
    patch(
      { size: 4, workerTemplate: { spec: { containers: [CONTAINER] } } },
      { subdomainPolicy: 'UniquePerReplica', $patch: 'replace' },
    ),
    false,
  ],
  ['another size', patch({ size: 5, workerTemplate: { spec: { containers: [CONTAINER] } } }, SHARED), false],
  ['another image', revisionData(withImage('other')), false],
  ['text that is not JSON', '{', false],
  ['JSON that is no object', '"spec"', false],
  ['an object without a spec', {}, false],
  ['nothing', undefined, false],
  ['more nesting than the stack holds', `{"spec":${'['.repeat(9000)}${']'.repeat(9000)}}`, false],
];

void t.test('a stored revision is compared by what it means', (t) => {
  for (const [title, data, expected] of STORED) t.equal(sameRevision(makeSet(), data), expected, title);
  t.end();
});

void t.test('a set that records a zero time stays the same as its own record', (t) => {
  const metadata = { deletionTimestamp: '0001-01-01T00:00:00Z' };
  const set = makeSet({ spec: { leaderWorkerTemplate: { workerTemplate: { metadata } } } });
  t.ok(sameRevision(set, revisionData(set)));
  t.end();
});

void t.test('applying a revision replaces the templates, size and networkConfig alone', (t) => {
  const old = makeSet({ spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } } });
  const live = makeSet({
    spec: { replicas: 7, leaderWorkerTemplate: { size: 9, workerTemplate: {}, restartPolicy: 'None' } },
  });
  const applied = applyRevision(live, revisionData(old));
  t.strictSame(applied, {
    ...live,
    spec: {
      replicas: 7,
      leaderWorkerTemplate: { size: 4, workerTemplate: { metadata: {}, spec: { containers: [CONTAINER] } } },
      networkConfig: { subdomainPolicy: 'UniquePerReplica' },
    },
  });
  t.equal(applyRevision(live, 'rubbish'), undefined);
  t.end();
});

void t.test('a ControllerRevision is created from exactly the bytes of its data', (t) => {
  const data = revisionData(withImage('<b>'));
  const { object, bodyText } = buildControllerRevision({ set: withImage('<b>'), data, key: 'older', number: 3 });
  t.strictSame(object, {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: 'llm-6496975955-3',
      namespace: 'ml',
      labels: {
        'leaderworkerset.sigs.k8s.io/name': 'llm',
        'leaderworkerset.sigs.k8s.io/template-revision-hash': 'older',
      },
      ownerReferences: [
        {
          apiVersion: 'leaderworkerset.x-k8s.io/v1',
          kind: 'LeaderWorkerSet',
          name: 'llm',
          uid: 'u-1',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    revision: 3,
    data: JSON.parse(data) as unknown,
  });
  t.strictSame(JSON.parse(bodyText), object);
  t.ok(bodyText.endsWith(`,"data":${data}}`));
  t.end();
});

void t.test('revisions are numbered from 1, after the highest', (t) => {
  t.equal(nextRevisionNumber([]), 1);
  t.equal(nextRevisionNumber([{ revision: 3 }, { revision: 7 }, { revision: 5 }]), 8);
  t.end();
});

const PATHS: readonly (readonly [string, Json, Json, readonly string[]])[] = [
  ['equal values', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['a changed value', { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, ['a.b']],
  ['an added and a removed one', { a: 1 }, { b: 1 }, ['a', 'b']],
  ['another kind of value', { a: {} }, { a: [] }, ['a']],
  ['keys that need quotes', { 'x/y': 1 }, { 'x/y': 2 }, ['["x/y"]']],
  ['items without names by their index', { a: [1, 2] }, { a: [1, 3, 4] }, ['a[1]', 'a[2]']],
  [
    'items by their name, wherever they stand',
    { env: [{ name: 'A', value: '1' }, { name: 'B' }] },
    { env: [{ name: 'N' }, { name: 'A', value: '2' }, { name: 'B' }] },
    ['env[name=A].value', 'env[name=N]'],
  ],
  ['a changed order', { a: [{ name: 'A' }, { name: 'B' }] }, { a: [{ name: 'B' }, { name: 'A' }] }, ['a']],
  ['items of the same name by their index', { a: [{ name: 'A' }, { name: 'A' }] }, { a: [{ name: 'A' }] }, ['a[1]']],
];

void t.test('changed paths name what differs', (t) => {
  for (const [title, a, b, expected] of PATHS) t.strictSame(changedPaths(a, b), expected, title);
  t.end();
});

const EXCLUSIVE = 'leaderworkerset.sigs.k8s.io/exclusive-topology';

const ROLLS: readonly (readonly [string, LeaderWorkerSet, readonly string[]])[] = [
  ['replicas and strategy', makeSet({ spec: { replicas: 9, startupPolicy: 'LeaderReady' } }), []],
  ['an image', withImage('new'), ['spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image']],
  ['any annotation', makeSet({ annotations: { note: 'x' } }), []],
  ['exclusive placement, which waits for the next revision', makeSet({ annotations: { [EXCLUSIVE]: 'rack' } }), []],
];

void t.test('what rolls the pods is the revision alone', (t) => {
  for (const [title, after, expected] of ROLLS) t.strictSame(rollingPaths(makeSet(), after), expected, title);
  t.end();
});

import { readFileSync } from 'node:fs';
import t from 'tap';
import type { ControllerRevision, KubeObject, Pod, StatefulSet } from '../../src/api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import type { LeaderWorkerSet, LeaderWorkerSetStatus } from '../../src/api/leader-worker-set.ts';
import { buildControllerRevision } from '../../src/core/desired/controller-revision.ts';
import { type FieldSet, isApplied } from '../../src/core/desired/is-applied.ts';
import { buildLeaderStatefulSet } from '../../src/core/desired/leader-stateful-set.ts';
import { buildPodGroup } from '../../src/core/desired/pod-group.ts';
import { type Topology, buildWorkerStatefulSet } from '../../src/core/desired/worker-stateful-set.ts';
import { observePod } from '../../src/core/observed/observed-pod.ts';
import {
  type ObservedLeaderStatefulSet,
  isWorkerStatefulSet,
  observeStatefulSet,
} from '../../src/core/observed/observed-stateful-set.ts';
import type { Action } from '../../src/core/reconcile/actions.ts';
import { decideGroup } from '../../src/core/reconcile/decide-group.ts';
import { decideLeaderWorkerSet } from '../../src/core/reconcile/decide-leader-worker-set.ts';
import { findUnadmitted } from '../../src/core/reconcile/find-unadmitted.ts';
import type { ObservedGroup } from '../../src/core/reconcile/observed-group.ts';
import type { ObservedLeaderWorkerSet } from '../../src/core/reconcile/observed-set.ts';
import { remember } from '../../src/core/restart/group-memory.ts';
import { applyRevision } from '../../src/core/revision/apply-revision.ts';
import { revisionData } from '../../src/core/revision/revision-data.ts';
import { revisionHash } from '../../src/core/revision/revision-hash.ts';
import { sameRevision } from '../../src/core/revision/same-revision.ts';
import {
  DELETED_AT,
  NAMESPACE,
  group,
  leaderPod,
  leaderWorkerSet,
  workerPod,
  workerStatefulSet,
} from './fixtures/observed-group.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');

/** A set as a cluster had it, with what upstream's manager applied and created for it, and what the API server made of the former. */
type RecordedSet = {
  readonly title: string;
  readonly set: LeaderWorkerSet;
  readonly revisionKey: string;
  readonly revisionData: string;
  readonly leaderStatefulSet: StatefulSet;
  readonly stored: StatefulSet & {
    readonly metadata: { readonly managedFields: readonly { readonly fieldsV1: FieldSet }[] };
  };
  readonly leader: Pod;
  readonly topology?: Topology;
  readonly workerStatefulSet?: StatefulSet;
};

const recordedSets = readFileSync(new URL('fixtures/recorded-sets.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedSet);

/** As it travels: without fields that are undefined. */
const onTheWire = (object: object): object => JSON.parse(JSON.stringify(object)) as object;

const bodyOf = ({ set, revisionKey, stored }: RecordedSet): StatefulSet =>
  buildLeaderStatefulSet({ set, revisionKey, partition: 0, replicas: stored.spec.replicas ?? 0 });

void t.test('bodies are those that upstream sends', (t) => {
  for (const recorded of recordedSets) {
    const { title, set, revisionKey, leader, topology } = recorded;
    t.strictSame(onTheWire(bodyOf(recorded)), recorded.leaderStatefulSet, `${title}: leader StatefulSet`);
    const revised = applyRevision(set, recorded.revisionData);
    t.ok(revised !== undefined && sameRevision(set, recorded.revisionData), `${title}: revision`);
    if (recorded.workerStatefulSet === undefined || revised === undefined) continue;
    const workers = buildWorkerStatefulSet({ set, revised, leader: observePod(leader), topology });
    t.strictSame(onTheWire(workers), recorded.workerStatefulSet, `${title}: worker StatefulSet`);
    const { object, bodyText } = buildControllerRevision({
      set,
      data: recorded.revisionData,
      key: revisionKey,
      number: 1,
    });
    t.strictSame(JSON.parse(bodyText), onTheWire(object), `${title}: revision's text`);
    t.ok(bodyText.includes(`"data":${recorded.revisionData}`), `${title}: revision's bytes`);
  }
  t.end();
});

const changed = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : `${String(value)} changed`;
};

/** The object with the value at a path replaced by what `change` makes of it; undefined removes it. */
const edit = (object: unknown, [key, ...rest]: readonly string[], change: (value: unknown) => unknown): unknown => {
  if (key === undefined) return change(object);
  if (Array.isArray(object))
    return object.map((item: unknown, i) => (String(i) === key ? edit(item, rest, change) : item));
  const members = object as Readonly<Record<string, unknown>>;
  return { ...members, [key]: edit(members[key], rest, change) };
};

const PATHS = [
  ['metadata', 'labels', LABEL.revision],
  ['metadata', 'annotations', ANNOTATION.replicas],
  ['metadata', 'ownerReferences', '0', 'blockOwnerDeletion'],
  ['spec', 'replicas'],
  ['spec', 'serviceName'],
  ['spec', 'podManagementPolicy'],
  ['spec', 'selector', 'matchLabels', LABEL.name],
  ['spec', 'updateStrategy', 'rollingUpdate', 'partition'],
  ['spec', 'template', 'metadata', 'labels', LABEL.revision],
  ['spec', 'template', 'metadata', 'annotations', ANNOTATION.size],
  ['spec', 'template', 'spec', 'containers', '0', 'image'],
] as const;

void t.test('an apply that would change nothing is told from one that would', (t) => {
  for (const recorded of recordedSets) {
    const { title, stored } = recorded;
    const owned = stored.metadata.managedFields[0]?.fieldsV1;
    const body = onTheWire(bodyOf(recorded));
    t.ok(isApplied(body, stored, owned), `${title}: nothing`);
    for (const path of PATHS) {
      const what = `${title}: ${path.join(' ')}`;
      t.notOk(isApplied(edit(body, path, changed) as object, stored, owned), `${what} wanted otherwise`);
      t.notOk(isApplied(body, edit(stored, path, changed) as object, owned), `${what} edited by another`);
    }
    const more = edit(body, ['metadata', 'labels', 'more'], () => 'label') as object;
    t.notOk(
      isApplied(more, edit(stored, ['metadata', 'labels', 'more'], () => 'label') as object, owned),
      `${title}: not owned`,
    );
    const fewer = edit(body, ['spec', 'template', 'spec', 'containers'], () => []) as object;
    t.notOk(isApplied(fewer, stored, owned), `${title}: owned, but no longer wanted`);
    t.notOk(isApplied(body, stored, undefined), `${title}: applied by nobody`);
    t.ok(
      isApplied(body, edit(stored, ['spec', 'minReadySeconds'], () => 5) as object, owned),
      `${title}: others' fields`,
    );
  }
  t.end();
});

void t.test('fields are compared by who owns them', (t) => {
  const containers: FieldSet = { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} } };
  const cases: readonly { title: string; wanted: object; live: object; owned: FieldSet; expected: boolean }[] = [
    {
      title: 'a list that is owned as a whole must be the same',
      wanted: { args: ['x'] },
      live: { args: ['x', 'y'] },
      owned: { 'f:args': {} },
      expected: false,
    },
    {
      title: 'items of such a list may hold defaults',
      wanted: { tolerations: [{ key: 'x' }] },
      live: { tolerations: [{ key: 'x', operator: 'Equal' }] },
      owned: { 'f:tolerations': {} },
      expected: true,
    },
    {
      title: 'items with keys are found in any order among those of others',
      wanted: { containers: [{ name: 'a', image: 'x' }] },
      live: { containers: [{ name: 'b' }, { image: 'x', name: 'a', args: [] }] },
      owned: { 'f:containers': containers },
      expected: true,
    },
    {
      title: 'an item that another brought is not ours yet',
      wanted: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] },
      live: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] },
      owned: { 'f:containers': containers },
      expected: false,
    },
    {
      title: 'a key that the API server defaults is the same when absent',
      wanted: { ports: [{ containerPort: 1 }] },
      live: { ports: [{ containerPort: 1, protocol: 'TCP' }] },
      owned: { 'f:ports': { 'k:{"containerPort":1,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } } },
      expected: true,
    },
    {
      title: 'members of a set are found by value',
      wanted: { finalizers: ['x'] },
      live: { finalizers: ['y', 'x'] },
      owned: { 'f:finalizers': { 'v:"x"': {} } },
      expected: true,
    },
    {
      title: 'a member of a set that is gone is missed',
      wanted: { finalizers: ['x'] },
      live: { finalizers: ['y'] },
      owned: { 'f:finalizers': { 'v:"x"': {} } },
      expected: false,
    },
    {
      title: 'a field that the API server dropped is not missed',
      wanted: { maxUnavailable: 2 },
      live: {},
      owned: { 'f:maxUnavailable': {} },
      expected: true,
    },
    {
      title: 'a field that is no longer wanted is taken away',
      wanted: {},
      live: { a: 1 },
      owned: { 'f:a': {} },
      expected: false,
    },
  ];
  for (const { title, wanted, live, owned, expected } of cases) {
    const applied = isApplied({ kind: 'Any', spec: wanted }, { spec: live }, { 'f:spec': owned });
    t.equal(applied, expected, title);
  }
  t.end();
});

const SET = leaderWorkerSet();
const DATA = revisionData(SET);
const KEY = revisionHash(DATA);
const OTHER = leaderWorkerSet({ template: { workerTemplate: { spec: { containers: [{ name: 'other' }] } } } });
const OTHER_DATA = revisionData(OTHER);
const OTHER_KEY = revisionHash(OTHER_DATA);

const revision = (
  data: string,
  number: number,
  { key = revisionHash(data), owner = 'set' } = {},
): ControllerRevision => {
  const { object } = buildControllerRevision({ set: SET, data, key, number });
  const ownerReferences = object.metadata.ownerReferences?.map((reference) => ({ ...reference, uid: owner })) ?? [];
  return { ...object, metadata: { ...object.metadata, uid: `revision ${number}`, ownerReferences } };
};

/** The fields of an applied body, as the API server notes them. */
const ownedBy = (value: unknown): FieldSet => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`f:${key}`, ownedBy(member)]));
};

type LeadersOptions = {
  readonly set?: LeaderWorkerSet;
  readonly key?: string;
  readonly replicas?: number;
  readonly partition?: number;
  readonly metadata?: Partial<KubeObject['metadata']>;
};

/** The leader StatefulSet of a set as it is after an apply. */
const leaders = ({
  set = SET,
  key = KEY,
  replicas = 2,
  partition = 0,
  metadata,
}: LeadersOptions = {}): ObservedLeaderStatefulSet => {
  const body = buildLeaderStatefulSet({ set, revisionKey: key, replicas, partition });
  const { labels, annotations, ownerReferences } = body.metadata;
  return {
    ...body,
    metadata: { ...body.metadata, uid: 'leaders', generation: 1, ...metadata },
    status: { observedGeneration: 1, replicas },
    appliedFields: ownedBy({
      metadata: { labels, annotations, ownerReferences },
      spec: body.spec,
    }),
  };
};

const SERVICE: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace: NAMESPACE } };

const AVAILABLE: LeaderWorkerSetStatus = {
  conditions: [
    {
      type: 'Available',
      status: 'True',
      reason: 'AllGroupsReady',
      message: 'All replicas are ready',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    },
  ],
  readyReplicas: 2,
  updatedReplicas: 2,
  replicas: 2,
  hpaPodSelector: `${LABEL.name}=x,${LABEL.workerIndex}=0`,
  observedGeneration: 1,
};

const AT_REST = leaderWorkerSet({ status: AVAILABLE });

/** A set of two groups at rest, with what a case changes. */
const observedSet = (more: Partial<ObservedLeaderWorkerSet> = {}): ObservedLeaderWorkerSet => {
  const set = more.set ?? AT_REST;
  const data = revisionData(set);
  return {
    set,
    leaderStatefulSet: leaders(),
    lastApplied: undefined,
    service: SERVICE,
    revisions: [revision(DATA, 1)],
    template: { data, hash: revisionHash(data) },
    isCurrent: ({ data }) => sameRevision(set, data),
    groups: [group(0, { revision: KEY }), group(1, { revision: KEY })],
    sinceStatusWriteMs: Infinity,
    incarnations: undefined,
    ...more,
  };
};

/** An action in a few words. */
const tell = (action: Action): string => {
  switch (action.kind) {
    case 'apply': {
      const { spec, metadata } = action.object as StatefulSet;
      return `apply ${metadata.labels?.[LABEL.revision]} ${spec.replicas}/${spec.updateStrategy?.rollingUpdate?.partition}`;
    }
    case 'create':
      return `create ${action.object.kind} ${action.object.metadata.name} or ${action.ifExists}`;
    case 'delete':
      return `delete ${action.object.kind} ${action.object.uid} ${action.propagation}`;
    case 'patchStatus':
      return `status ${Object.keys(action.status).sort().join()}`;
    case 'annotate':
      return `annotate ${action.object.kind} ${Object.values(action.annotations).join()} as ${action.fieldManager}`;
    case 'label':
      return `label ${action.object.kind} ${JSON.stringify(action.labels)}`;
    case 'requeue':
      return `requeue ${action.afterSeconds}`;
    case 'announce':
      return `announce ${action.event.reason}`;
  }
};

const CREATE_SERVICE = 'create Service x or accept';
const createRevision = (key: string, number: number): string => `create ControllerRevision x-${key}-${number} or wait`;

void t.test('a set', (t) => {
  const changedSet = leaderWorkerSet({
    ...OTHER,
    spec: OTHER.spec,
    template: OTHER.spec.leaderWorkerTemplate,
    status: AVAILABLE,
  });
  const partitioned = leaderWorkerSet({
    template: OTHER.spec.leaderWorkerTemplate,
    status: AVAILABLE,
    spec: {
      rolloutStrategy: {
        type: 'RollingUpdate',
        rollingUpdateConfiguration: { partition: 1, maxUnavailable: 1, maxSurge: 0 },
      },
    },
  });
  const withSpec = (spec: Partial<LeaderWorkerSet['spec']>): LeaderWorkerSet =>
    leaderWorkerSet({ spec, status: AVAILABLE });
  const cases: readonly { title: string; observed: Partial<ObservedLeaderWorkerSet>; expected: readonly string[] }[] = [
    {
      title: 'that is new gets a revision, a Service before its leaders, leaders, and a status',
      observed: { set: SET, leaderStatefulSet: undefined, service: undefined, revisions: [], groups: [] },
      expected: [
        createRevision(KEY, 1),
        CREATE_SERVICE,
        `apply ${KEY} 2/0`,
        'status conditions,hpaPodSelector,observedGeneration',
      ],
    },
    { title: 'at rest needs nothing', observed: {}, expected: [] },
    {
      title: 'that is being deleted is left to the garbage collector',
      observed: { set: { ...SET, metadata: { ...SET.metadata, deletionTimestamp: DELETED_AT } }, service: undefined },
      expected: [],
    },
    {
      title: 'waits while its leader StatefulSet is being deleted',
      observed: { leaderStatefulSet: leaders({ metadata: { deletionTimestamp: DELETED_AT } }), service: undefined },
      expected: ['requeue 5'],
    },
    {
      title: 'waits for the StatefulSet of an earlier set of its name to go',
      observed: { set: { ...AT_REST, metadata: { ...AT_REST.metadata, uid: 'later' } }, service: undefined },
      expected: ['requeue 5'],
    },
    {
      title: 'takes a StatefulSet over that nobody controls',
      observed: { leaderStatefulSet: leaders({ metadata: { ownerReferences: [] } }) },
      expected: [`apply ${KEY} 2/0`],
    },
    {
      title: 'whose Service is gone gets it again',
      observed: { service: undefined },
      expected: [CREATE_SERVICE],
    },
    {
      title: 'whose groups have Services of their own needs none',
      observed: {
        set: leaderWorkerSet({ spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } } }),
        leaderStatefulSet: undefined,
        service: undefined,
        revisions: [],
        groups: [],
      },
      expected: [
        createRevision(
          revisionHash(
            revisionData(leaderWorkerSet({ spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } } })),
          ),
          1,
        ),
        `apply ${revisionHash(revisionData(leaderWorkerSet({ spec: { networkConfig: { subdomainPolicy: 'UniquePerReplica' } } })))} 2/0`,
        'status conditions,hpaPodSelector,observedGeneration',
      ],
    },
    {
      title: 'with a new template gets a revision and holds all groups back at first',
      observed: { set: changedSet },
      expected: [createRevision(OTHER_KEY, 2), `apply ${OTHER_KEY} 2/2`, 'status conditions,updatedReplicas'],
    },
    {
      title: 'uses the revision again that it made before a failed apply',
      observed: { set: changedSet, revisions: [revision(DATA, 1), revision(OTHER_DATA, 2)] },
      expected: [`apply ${OTHER_KEY} 2/2`, 'status conditions,updatedReplicas'],
    },
    {
      title: 'at its partition looks again at a broken group that may hold up those above',
      observed: {
        set: partitioned,
        leaderStatefulSet: leaders({ set: partitioned, key: OTHER_KEY, partition: 1 }),
        revisions: [revision(DATA, 1), revision(OTHER_DATA, 2)],
        groups: [{ ...group(0, { revision: KEY, ready: false }), unreadyMs: 400_000 }, group(1, { revision: KEY })],
      },
      expected: ['status conditions,readyReplicas,updatedReplicas', 'requeue 200'],
    },
    {
      title: 'goes on with a rollout',
      observed: {
        set: changedSet,
        leaderStatefulSet: leaders({ set: changedSet, key: OTHER_KEY, partition: 2 }),
        revisions: [revision(DATA, 1), revision(OTHER_DATA, 2)],
      },
      expected: [`apply ${OTHER_KEY} 2/1`, 'status conditions,updatedReplicas'],
    },
    {
      title: 'that goes back uses the old revision again',
      observed: {
        leaderStatefulSet: leaders({ set: changedSet, key: OTHER_KEY, partition: 1 }),
        revisions: [revision(DATA, 1), revision(OTHER_DATA, 2)],
        groups: [group(0, { revision: KEY }), group(1, { revision: OTHER_KEY })],
      },
      expected: [`apply ${KEY} 2/2`, 'status conditions,updatedReplicas'],
    },
    {
      title: 'whose revision is missing gets it again under the key of its groups',
      observed: {
        leaderStatefulSet: leaders({ key: 'old-key' }),
        revisions: [],
        groups: [group(0, { revision: 'old-key' }), group(1, { revision: 'old-key' })],
      },
      expected: [createRevision(KEY, 1)],
    },
    {
      title: 'whose revision is missing and whose template has changed since rolls like any other',
      observed: {
        set: changedSet,
        leaderStatefulSet: leaders({ key: 'old-key' }),
        revisions: [],
        groups: [group(0, { revision: 'old-key' }), group(1, { revision: 'old-key' })],
      },
      expected: [createRevision(OTHER_KEY, 1), `apply ${OTHER_KEY} 2/2`, 'status conditions,updatedReplicas'],
    },
    {
      title: 'keeps the key of its groups where another manager hashed otherwise',
      observed: {
        leaderStatefulSet: leaders({ key: 'old-key' }),
        revisions: [revision(DATA, 1, { key: 'old-key' })],
        groups: [group(0, { revision: 'old-key' }), group(1, { revision: 'old-key' })],
      },
      expected: [],
    },
    {
      title: 'whose leader StatefulSet was deleted gets it again with the same revision',
      observed: { leaderStatefulSet: undefined, revisions: [revision(DATA, 4)] },
      expected: [`apply ${KEY} 2/0`, 'status replicas'],
    },
    {
      title: 'whose interrupted rollout left a broken group behind recreates it',
      observed: {
        leaderStatefulSet: {
          ...leaders({ replicas: 3, partition: 3, set: withSpec({ replicas: 3 }) }),
          status: { observedGeneration: 1, replicas: 3, currentRevision: 'x-v1' },
        },
        set: withSpec({ replicas: 3 }),
        groups: [
          group(0, { revision: 'v1' }),
          group(1, { revision: 'v2', ready: false }),
          group(2, { revision: 'v2' }),
        ],
      },
      expected: ['status conditions,replicas,updatedReplicas', 'delete Pod pod x-1 Foreground'],
    },
    {
      title: 'is scaled',
      observed: { set: withSpec({ replicas: 5 }) },
      expected: [`apply ${KEY} 5/0`, 'status conditions'],
    },
    {
      title: 'with other labels passes them on',
      observed: { set: { ...AT_REST, metadata: { ...AT_REST.metadata, labels: { team: 'a' } } } },
      expected: [`apply ${KEY} 2/0`],
    },
    {
      title: 'passes on what the API server may drop when it differs from the last apply',
      observed: { lastApplied: '{}' },
      expected: [`apply ${KEY} 2/0`],
    },
    {
      title: 'takes an edit of its leader StatefulSet back',
      observed: { leaderStatefulSet: { ...leaders(), spec: { ...leaders().spec, replicas: 3 } } },
      expected: [`apply ${KEY} 2/0`],
    },
    {
      title: 'whose rollout is done drops the old revisions, but none without an owner',
      observed: {
        revisions: [
          revision(OTHER_DATA, 1),
          { ...revision('{"spec":{}}', 2), metadata: { ...revision('{"spec":{}}', 2).metadata, ownerReferences: [] } },
          revision(DATA, 3),
          revision(DATA, 4),
        ],
      },
      expected: ['delete ControllerRevision revision 1 Background'],
    },
    {
      title: 'keeps old revisions until its leaders are as they shall be',
      observed: { revisions: [revision(OTHER_DATA, 1), revision(DATA, 2)], lastApplied: '{}' },
      expected: [`apply ${KEY} 2/0`],
    },
    {
      title: 'goes by the latest of several revisions with one key',
      observed: { revisions: [revision(DATA, 2), revision(OTHER_DATA, 1, { key: KEY })] },
      expected: [],
    },
    {
      title: 'keeps old revisions while a group is not ready',
      observed: {
        revisions: [revision(OTHER_DATA, 1), revision(DATA, 2)],
        groups: [group(0, { revision: KEY }), group(1, { revision: KEY, ready: false })],
      },
      expected: ['status conditions,readyReplicas'],
    },
    {
      title: 'keeps old revisions while the user holds groups back',
      observed: {
        set: withSpec({
          rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: { partition: 1, maxUnavailable: 1 } },
        }),
        leaderStatefulSet: leaders({ partition: 1 }),
        revisions: [revision(OTHER_DATA, 1), revision(DATA, 2)],
      },
      expected: [],
    },
    {
      title: 'reports mere counts a little later when it has just reported',
      observed: {
        set: leaderWorkerSet({ status: { ...AVAILABLE, replicas: 3 } }),
        sinceStatusWriteMs: 200,
      },
      expected: ['requeue 0.3'],
    },
    {
      title: 'reports conditions at once',
      observed: {
        set: leaderWorkerSet({ status: { ...AVAILABLE, conditions: [] } }),
        sinceStatusWriteMs: 0,
      },
      expected: ['status conditions'],
    },
    {
      title: 'records its incarnations apart from what is applied',
      observed: { incarnations: { text: '{"0":"a"}', dueInMs: 0 } },
      expected: ['annotate StatefulSet {"0":"a"} as lws-incarnations'],
    },
    {
      title: 'records its incarnations when they are due',
      observed: { incarnations: { text: '{}', dueInMs: 1500 } },
      expected: ['requeue 1.5'],
    },
  ];
  for (const { title, observed, expected } of cases)
    t.same(decideLeaderWorkerSet(observedSet(observed), NOW).map(tell), expected, title);
  t.end();
});

const notes = (actions: readonly Action[]): string[] =>
  actions.flatMap((action) =>
    'onSuccess' in action ? (action.onSuccess ?? []).map(({ type, reason, note }) => `${type} ${reason}: ${note}`) : [],
  );

void t.test('a set tells', (t) => {
  const surging = leaderWorkerSet({
    spec: {
      rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: { maxUnavailable: 2, maxSurge: 2 } },
    },
    status: AVAILABLE,
  });
  const cases: readonly { title: string; observed: Partial<ObservedLeaderWorkerSet>; expected: readonly string[] }[] = [
    {
      title: 'that it starts',
      observed: { set: SET, leaderStatefulSet: undefined, revisions: [], groups: [] },
      expected: [
        `Normal CreatingRevision: Creating revision with key ${KEY} for a newly created LeaderWorkerSet`,
        'Normal GroupsProgressing: Created leader statefulset x',
        'Normal GroupsProgressing: Replicas are progressing, with 0 groups ready of total 2 groups',
      ],
    },
    {
      title: 'that a rollout begins',
      observed: { set: leaderWorkerSet({ template: OTHER.spec.leaderWorkerTemplate, status: AVAILABLE }) },
      expected: [
        `Normal CreatingRevision: Creating revision with key ${OTHER_KEY} for updated LWS`,
        'Normal GroupsUpdating: Rolling Upgrade is in progress, with 2 groups ready of total 2 groups',
      ],
    },
    {
      title: 'that one group is updated',
      observed: { leaderStatefulSet: leaders({ partition: 2 }), groups: [group(0), group(1)] },
      expected: [
        'Normal GroupsUpdating: Updating replica 1',
        'Normal GroupsUpdating: Rolling Upgrade is in progress, with 2 groups ready of total 2 groups',
      ],
    },
    {
      title: 'that several are, and that surge groups go',
      observed: { set: surging, leaderStatefulSet: leaders({ set: surging, replicas: 4, partition: 2 }) },
      expected: [
        'Normal GroupsProgressing: deleting surge replicas from x-2 to x-3',
        'Normal GroupsUpdating: Updating replicas 0 to 1 (inclusive)',
      ],
    },
  ];
  for (const { title, observed, expected } of cases)
    t.same(notes(decideLeaderWorkerSet(observedSet(observed), NOW)), expected, title);

  const status = decideLeaderWorkerSet(observedSet({ set: SET, leaderStatefulSet: undefined, groups: [] }), NOW).find(
    (action) => action.kind === 'patchStatus',
  );
  t.match(status, { status: { conditions: [{ lastTransitionTime: '2026-01-02T03:04:05Z' }] } }, 'the time in seconds');
  t.end();
});

/** A group at rest, with what a case changes. */
const observedGroup = (more: Partial<ObservedGroup> = {}): ObservedGroup => ({
  set: AT_REST,
  leader: leaderPod(0, { revision: KEY }),
  workerStatefulSet: workerStatefulSet(0, { revision: KEY }),
  workers: [workerPod(0, 1, { revision: KEY }), workerPod(0, 2, { revision: KEY })],
  service: undefined,
  podGroup: undefined,
  revision: revision(DATA, 1),
  topology: undefined,
  gangScheduling: false,
  memory: undefined,
  recorded: undefined,
  ...more,
});

/** What a pod has without admission. */
const TEMPLATE_LABELS = { [LABEL.name]: 'x', [LABEL.workerIndex]: '0', [LABEL.revision]: KEY };

const CREATE_WORKERS = 'create StatefulSet x-0 or wait';

void t.test('a group', (t) => {
  const none = { workerStatefulSet: undefined, workers: [] };
  const annotated = (annotations: Record<string, string>): Pick<ObservedGroup, 'leader'> => ({
    leader: leaderPod(0, { revision: KEY, metadata: { annotations: { [ANNOTATION.size]: '3', ...annotations } } }),
  });
  const exclusive = annotated({ [ANNOTATION.exclusiveTopology]: 'rack' });
  const whenReady = leaderWorkerSet({ spec: { startupPolicy: 'LeaderReady' } });
  const unplaced = leaderPod(0, { revision: KEY, metadata: { labels: TEMPLATE_LABELS } });
  const restarted = { ...unplaced, restarts: 1 };
  const cases: readonly { title: string; observed: Partial<ObservedGroup>; expected: readonly string[] }[] = [
    { title: 'at rest needs nothing', observed: {}, expected: [] },
    { title: 'with a leader gets workers', observed: none, expected: [CREATE_WORKERS] },
    { title: 'of no set needs nothing', observed: { ...none, set: undefined }, expected: [] },
    { title: 'without a leader needs nothing', observed: { ...none, leader: undefined }, expected: [] },
    {
      title: 'of a set that is being deleted needs nothing, even if a pod fails',
      observed: {
        set: { ...SET, metadata: { ...SET.metadata, deletionTimestamp: DELETED_AT } },
        leader: leaderPod(0, { restarts: 1 }),
      },
      expected: [],
    },
    {
      title: 'whose leader is going gets nothing',
      observed: { ...none, leader: leaderPod(0, { metadata: { deletionTimestamp: DELETED_AT } }) },
      expected: [],
    },
    {
      title: 'of one pod needs no workers',
      observed: { ...none, leader: leaderPod(0, { size: 1, revision: KEY }) },
      expected: [],
    },
    {
      title: 'is built as its leader says, not as the set is by now',
      observed: { ...none, set: leaderWorkerSet({ template: { size: 1 } }) },
      expected: [CREATE_WORKERS],
    },
    { title: 'waits for its revision', observed: { ...none, revision: undefined }, expected: ['requeue 10'] },
    {
      title: 'waits for its leader where the set says so',
      observed: { ...none, set: whenReady, leader: leaderPod(0, { ready: false }) },
      expected: [],
    },
    {
      title: 'gets workers once its leader is ready',
      observed: { ...none, set: whenReady },
      expected: [CREATE_WORKERS],
    },
    { title: 'waits until its leader has a place', observed: { ...none, ...exclusive }, expected: [] },
    {
      title: 'keeps to the placement of its leader when the annotation of the set changes',
      observed: {
        ...none,
        set: leaderWorkerSet({ metadata: { annotations: { [ANNOTATION.exclusiveTopology]: 'rack' } } }),
      },
      expected: [CREATE_WORKERS],
    },
    {
      title: 'gets workers at the place of its leader',
      observed: { ...none, ...exclusive, topology: { key: 'rack', value: 'a' } },
      expected: [CREATE_WORKERS],
    },
    {
      title: 'whose workers are of an earlier leader waits for these to go',
      observed: {
        leader: leaderPod(0, { revision: KEY, metadata: { uid: 'later' } }),
        workers: [workerPod(0, 1, { revision: KEY, restarts: 1 })],
      },
      expected: [],
    },
    {
      title: 'with a Service of its own gets it',
      observed: annotated({ [ANNOTATION.subdomainPolicy]: 'UniquePerReplica' }),
      expected: ['create Service x-0 or accept'],
    },
    {
      title: 'gets no workers where nobody can say where they may run, and says so',
      observed: { ...none, ...exclusive, topologyProblem: 'node a has no label rack' },
      expected: ['announce FailedCreate', 'requeue 30'],
    },
    {
      title: 'waits with its PodGroup for its revision, which says how large it is',
      observed: {
        ...none,
        ...annotated({ [ANNOTATION.podGroup]: 'x-0-key' }),
        gangScheduling: true,
        revision: undefined,
      },
      expected: ['requeue 10'],
    },
    {
      title: 'gets a PodGroup with gang scheduling, even before its leader is ready',
      observed: { ...none, ...annotated({ [ANNOTATION.podGroup]: 'x-0-key' }), gangScheduling: true, set: whenReady },
      expected: ['create PodGroup x-0-key or wait', CREATE_WORKERS],
    },
    {
      title: 'gets no PodGroup without gang scheduling',
      observed: annotated({ [ANNOTATION.podGroup]: 'x-0-key' }),
      expected: [],
    },
    {
      title: 'whose workers were orphaned says that they are in the way',
      observed: { workerStatefulSet: workerStatefulSet(0, { revision: KEY, metadata: { ownerReferences: [] } }) },
      expected: [CREATE_WORKERS],
    },
    {
      title: 'whose leader was made without admission gets no workers, and time',
      observed: { ...none, leader: unplaced, unadmitted: { pod: unplaced, dueInMs: 60_000 } },
      expected: ['requeue 60'],
    },
    {
      title: 'whose leader was made without admission starts over in the end',
      observed: { ...none, leader: unplaced, unadmitted: { pod: unplaced, dueInMs: 0 } },
      expected: ['delete Pod pod x-0 Foreground'],
    },
    {
      title: 'whose leader was made without admission is not judged by its restarts before',
      observed: { leader: restarted, unadmitted: { pod: restarted, dueInMs: 60_000 } },
      expected: ['requeue 60'],
    },
    {
      title: 'with a worker that was made without admission is given time as well',
      observed: {
        ...annotated({ [ANNOTATION.subdomainPolicy]: 'UniquePerReplica' }),
        unadmitted: { pod: workerPod(0, 1), dueInMs: 60_000 },
      },
      expected: ['create Service x-0 or accept', 'requeue 60'],
    },
    {
      title: 'whose leader is a worker in truth is announced and left alone',
      observed: { ...none, ...annotated({ [ANNOTATION.leaderName]: 'x-0' }) },
      expected: ['announce FailedCreate'],
    },
    {
      title: 'with a failed pod starts over',
      observed: { leader: leaderPod(0, { revision: KEY, restarts: 1 }) },
      expected: ['delete Pod pod x-0 Foreground'],
    },
    {
      title: 'with a failed worker of an earlier StatefulSet goes on',
      observed: {
        workerStatefulSet: workerStatefulSet(0, { revision: KEY, metadata: { uid: 'later' } }),
        workers: [workerPod(0, 1, { restarts: 4, revision: KEY })],
      },
      expected: [],
    },
  ];
  for (const { title, observed, expected } of cases)
    t.same(decideGroup(observedGroup(observed)).actions.map(tell), expected, title);
  t.end();
});

void t.test('a group that starts over', (t) => {
  const pods = {
    leader: leaderPod(0),
    workerStatefulSet: workerStatefulSet(0),
    workers: [workerPod(0, 1), workerPod(0, 2)],
  };
  const memory = remember(undefined, { ...pods, size: 3 });
  const again = workerPod(0, 2, { metadata: { uid: 'again' } });
  const observed = observedGroup({ ...pods, workers: [workerPod(0, 1), again], memory });
  const decision = decideGroup(observed);
  t.same(
    notes(decision.actions),
    ['Normal RecreateGroup: Worker pod x-0-2 failed, deleted leader pod x-0 to recreate group 0'],
    'says why',
  );
  t.equal(decision.kept?.memory, memory, 'is remembered as it was, so that a deletion that fails is tried again');
  t.same(decideGroup({ ...observed, memory: decision.kept?.memory }).actions, decision.actions, 'and again');
  t.end();
});

void t.test('a pod that was made without admission', (t) => {
  const controller = (kind: string, uid: string) => ({
    ownerReferences: [{ apiVersion: 'v1', kind, name: 'x', uid, controller: true }],
  });
  const pods = {
    set: SET,
    leader: leaderPod(0),
    leaderStatefulSet: leaders({ metadata: { uid: 'leaders' } }),
    workerStatefulSet: workerStatefulSet(0),
    workers: [workerPod(0, 1), workerPod(0, 2)],
  };
  const labels = { ...TEMPLATE_LABELS };
  const leader = leaderPod(0, { metadata: { labels } });
  const { [LABEL.workerIndex]: _, ...unnumbered } = labels;
  const worker = workerPod(0, 2, { metadata: { labels: unnumbered } });
  const going = { deletionTimestamp: DELETED_AT };
  const cases: readonly { title: string; more: Partial<typeof pods>; expected: string | undefined }[] = [
    { title: 'is none of those that admission saw', more: {}, expected: undefined },
    { title: 'may be the leader', more: { leader }, expected: 'x-0' },
    { title: 'may be a worker', more: { workers: [workerPod(0, 1), worker] }, expected: 'x-0-2' },
    {
      title: 'is not one that has merely lost a label',
      more: { leader: leaderPod(0, { metadata: { labels: { ...labels, [LABEL.groupKey]: 'key' } } }) },
      expected: undefined,
    },
    {
      title: 'is not one that is going anyway',
      more: { leader: leaderPod(0, { metadata: { labels, ...going } }) },
      expected: undefined,
    },
    {
      title: 'is not a worker that is going',
      more: { workers: [workerPod(0, 2, { metadata: { labels: unnumbered, ...going } })] },
      expected: undefined,
    },
    {
      title: "is not somebody else's that looks like a leader",
      more: { leader: leaderPod(0, { metadata: { labels, ownerReferences: [] } }) },
      expected: undefined,
    },
    {
      title: 'is not one of a StatefulSet of somebody else',
      more: { leader, leaderStatefulSet: leaders({ metadata: { uid: 'leaders', ...controller('Database', 'x') } }) },
      expected: undefined,
    },
    {
      title: 'is not a worker of an earlier leader',
      more: { leader: leaderPod(0, { metadata: { uid: 'later' } }), workers: [worker] },
      expected: undefined,
    },
  ];
  for (const { title, more, expected } of cases)
    t.equal(findUnadmitted({ ...pods, ...more })?.metadata.name, expected, title);

  const observed = observedGroup({ ...pods, leader, unadmitted: { pod: leader, dueInMs: 0 } });
  t.same(
    notes(decideGroup(observed).actions),
    ['Warning RecreateGroup: Leader pod x-0 was made without admission, deleted leader pod x-0 to recreate group 0'],
    'is told of',
  );
  t.end();
});

void t.test('the record of incarnations makes room for annotations of the user', (t) => {
  const set = leaderWorkerSet({ metadata: { annotations: { notes: 'n'.repeat(200_000) } }, status: AVAILABLE });
  const kinds = (bytes: number): string[] => {
    const annotations = { [ANNOTATION.incarnations]: 'r'.repeat(bytes) };
    const observed = observedSet({ set, leaderStatefulSet: leaders({ metadata: { annotations } }) });
    return decideLeaderWorkerSet(observed, NOW).map(({ kind }) => kind);
  };
  t.same(kinds(60_000), ['apply'], 'where both fit it stays');
  t.same(kinds(62_200), ['annotate', 'apply'], 'where they do not it goes first');
  t.end();
});

void t.test('a StatefulSet is observed', (t) => {
  const [recorded] = recordedSets;
  if (recorded === undefined) throw new Error('no recorded set');
  const { stored } = recorded;
  const { managedFields, ...metadata } = stored.metadata;
  t.same(
    observeStatefulSet(stored),
    { ...stored, metadata, appliedFields: managedFields[0]?.fieldsV1 },
    'in full when it is of leaders',
  );
  const labels = { ...metadata.labels, [LABEL.groupIndex]: '0' };
  t.equal(
    isWorkerStatefulSet(observeStatefulSet({ ...stored, metadata: { ...stored.metadata, labels } })),
    false,
    'as that of leaders even with a label of its set that those of workers have',
  );
  const workers = workerStatefulSet(0);
  const object = {
    ...workers,
    metadata: { ...workers.metadata, annotations: { a: 'b' } },
    spec: { replicas: 2, selector: {}, template: {} },
  };
  const seen = observeStatefulSet(object);
  t.same(seen, workers, 'without its template and annotations when it is of workers');
  t.same(
    [stored, object].map((one) => isWorkerStatefulSet(observeStatefulSet(one))),
    [false, true],
  );
  t.end();
});

void t.test('a PodGroup', (t) => {
  const requests = (cpu: string): LeaderWorkerSet['spec']['leaderWorkerTemplate']['workerTemplate'] => ({
    spec: { containers: [{ name: 'main', resources: { requests: { cpu }, limits: { cpu: '9', memory: '1Gi' } } }] },
  });
  const leader = leaderPod(1, { metadata: { annotations: { [ANNOTATION.podGroup]: 'x-1-key' } } });
  const build = (set: LeaderWorkerSet) => buildPodGroup(set, leader);
  const gang = leaderWorkerSet({ template: { size: 3, workerTemplate: requests('100m') } });
  t.strictSame(
    onTheWire(build(gang)),
    {
      apiVersion: 'scheduling.volcano.sh/v1beta1',
      kind: 'PodGroup',
      metadata: {
        name: 'x-1-key',
        namespace: NAMESPACE,
        labels: { [LABEL.name]: 'x', [LABEL.groupIndex]: '1', [LABEL.revision]: 'key' },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'x-1', uid: 'pod x-1', controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: { minMember: 3, minResources: { cpu: '300m' } },
    },
    'asks for all pods of the group; limits count nothing',
  );
  const cases: readonly { title: string; set: LeaderWorkerSet; spec: object; annotations?: object }[] = [
    {
      title: 'lets a leader start alone that must be ready first, but asks for room for all',
      set: { ...gang, spec: { ...gang.spec, startupPolicy: 'LeaderReady' } },
      spec: { minMember: 1, minResources: { cpu: '300m' } },
    },
    {
      title: 'adds the leader as it is',
      set: leaderWorkerSet({ template: { size: 3, leaderTemplate: requests('1'), workerTemplate: requests('250m') } }),
      spec: { minMember: 3, minResources: { cpu: '1500m' } },
    },
    {
      title: 'of a leader alone asks for nothing else',
      set: leaderWorkerSet({ template: { size: 1, leaderTemplate: requests('1'), workerTemplate: requests('2') } }),
      spec: { minMember: 1, minResources: { cpu: '1' } },
    },
    {
      title: "takes the set's queue and annotations for Volcano, and no others",
      set: leaderWorkerSet({
        template: { size: 1, workerTemplate: requests('1') },
        metadata: { annotations: { [ANNOTATION.volcanoQueue]: 'q', 'volcano.sh/a': 'b', c: 'd' } },
      }),
      spec: { minMember: 1, minResources: { cpu: '1' }, queue: 'q' },
      annotations: { 'volcano.sh/a': 'b' },
    },
  ];
  for (const { title, set, spec, annotations } of cases) {
    const built = build(set);
    t.same({ spec: built.spec, annotations: built.metadata.annotations }, { spec, annotations }, title);
  }
  t.end();
});

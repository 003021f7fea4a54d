import t from 'tap';
import type { StatefulSet } from '../../../src/api/kubernetes.ts';
import { expandStatefulSet } from '../../../src/core/preview/expand-stateful-set.ts';
import type { PodRange } from '../../../src/core/preview/expand-stateful-set.ts';
import { newSet } from '../../../src/core/preview/new-set.ts';
import { previewLeaderWorkerSet } from '../../../src/core/preview/preview-leader-worker-set.ts';

const STATEFUL_SET: StatefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'llm-0', namespace: 'ml', uid: 'u' },
  spec: {
    replicas: 2,
    ordinals: { start: 1 },
    serviceName: 'llm',
    selector: { matchLabels: { app: 'llm' } },
    template: {
      metadata: { name: 'ignored', labels: { app: 'llm' }, annotations: { a: 'b' } },
      spec: { containers: [{ name: 'c' }], volumes: [{ name: 'data' }, { name: 'own' }] },
    },
    volumeClaimTemplates: [
      { metadata: { name: 'data', labels: { kept: 'yes' } }, spec: { accessModes: ['ReadWriteOnce'] } },
    ],
  },
};

const OWNER = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'llm-0',
  uid: 'u',
  controller: true,
  blockOwnerDeletion: true,
};

void t.test('a StatefulSet has pods with an identity of their own, and claims that take the place of volumes', (t) => {
  t.same(expandStatefulSet(STATEFUL_SET, { first: 1, last: 1 }), [
    {
      pod: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'llm-0-2',
          namespace: 'ml',
          labels: {
            app: 'llm',
            'apps.kubernetes.io/pod-index': '2',
            'statefulset.kubernetes.io/pod-name': 'llm-0-2',
          },
          annotations: { a: 'b' },
          ownerReferences: [OWNER],
        },
        spec: {
          containers: [{ name: 'c' }],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-llm-0-2' } }, { name: 'own' }],
          hostname: 'llm-0-2',
          subdomain: 'llm',
        },
      },
      claims: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data-llm-0-2', namespace: 'ml', labels: { kept: 'yes', app: 'llm' } },
          spec: { accessModes: ['ReadWriteOnce'] },
        },
      ],
    },
  ]);
  t.end();
});

const withSpec = (spec: Partial<StatefulSet['spec']>): StatefulSet => ({
  ...STATEFUL_SET,
  spec: { ...STATEFUL_SET.spec, ...spec },
});

const POD_NAMES: readonly {
  readonly name: string;
  readonly spec: Partial<StatefulSet['spec']>;
  readonly range?: PodRange;
  readonly expected: readonly string[];
}[] = [
  { name: 'all pods, from its start ordinal on', spec: {}, expected: ['llm-0-1', 'llm-0-2'] },
  { name: 'pods from 0 on without a start ordinal', spec: { ordinals: {} }, expected: ['llm-0-0', 'llm-0-1'] },
  { name: 'no pods with no replicas', spec: { replicas: 0 }, expected: [] },
  {
    name: 'the pods of a range, however many it has',
    spec: { replicas: 1_000_000 },
    range: { first: 999_998, last: 999_999 },
    expected: ['llm-0-999999', 'llm-0-1000000'],
  },
];

for (const { name, spec, range, expected } of POD_NAMES)
  void t.test(`a StatefulSet has ${name}`, (t) => {
    const names = expandStatefulSet(withSpec(spec), range).map(({ pod }) => pod.metadata.name);
    t.same(names, expected);
    t.end();
  });

for (const [policy, owners] of [
  [{ whenDeleted: 'Delete', whenScaled: 'Delete' }, [OWNER]],
  [{ whenDeleted: 'Retain', whenScaled: 'Delete' }, undefined],
] as const)
  void t.test(`a claim has ${owners?.length ?? 0} owners when claims are treated as ${JSON.stringify(policy)}`, (t) => {
    const [first] = expandStatefulSet(withSpec({ persistentVolumeClaimRetentionPolicy: policy }));
    t.same(first?.claims[0]?.metadata?.ownerReferences, owners);
    t.end();
  });

void t.test('a manifest that was read from a cluster becomes the creation of a new set', (t) => {
  const metadata = {
    name: 'a',
    namespace: null,
    uid: 'u',
    resourceVersion: '1',
    managedFields: [],
    labels: { b: 'c' },
  };
  t.same(newSet({ kind: 'LeaderWorkerSet', metadata, status: {} }, 'here'), {
    kind: 'LeaderWorkerSet',
    metadata: { name: 'a', namespace: 'here', labels: { b: 'c' } },
  });
  t.end();
});

const manifest = (replicas: number, size: number) => ({
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: { name: 'llm' },
  spec: {
    replicas,
    leaderWorkerTemplate: { size, workerTemplate: { spec: { containers: [{ name: 'c', image: 'i' }] } } },
  },
});

const BOUNDS: readonly {
  readonly name: string;
  readonly set: ReturnType<typeof manifest>;
  readonly groups?: PodRange;
  readonly pods: number;
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}[] = [
  { name: 'shows a thousand pods', set: manifest(250, 4), pods: 1_000 },
  {
    name: 'shows no more than a thousand pods',
    set: manifest(251, 4),
    pods: 0,
    errors: ['1004 pods are too many to show (at most 1000): choose some groups, such as --groups 0-249'],
  },
  {
    name: 'cannot show a group of more than a thousand pods',
    set: manifest(1, 1_001),
    pods: 0,
    errors: ['1001 pods are too many to show (at most 1000): preview it with a smaller size'],
  },
  {
    name: 'shows chosen groups of a set of any size',
    set: manifest(1_000_000, 4),
    groups: { first: 3, last: 4 },
    pods: 8,
  },
  {
    name: 'shows those of the chosen groups that there are',
    set: manifest(2, 3),
    groups: { first: 1, last: 9 },
    pods: 3,
  },
  {
    name: 'warns when there are none of the chosen groups',
    set: manifest(2, 3),
    groups: { first: 2, last: 9 },
    pods: 0,
    warnings: ['there is no group 2 to show: replicas is 2, and groups count from 0'],
  },
];

for (const { name, set, groups, pods, errors = [], warnings = [] } of BOUNDS)
  void t.test(`a preview ${name}`, (t) => {
    const preview = previewLeaderWorkerSet(set, { namespace: 'default', groups, gangScheduling: false });
    t.same(
      { ...preview, objects: preview.objects.filter(({ kind }) => kind === 'Pod').length },
      { objects: pods, errors, warnings },
    );
    t.end();
  });

void t.test('a preview names the pods that admission would refuse, and shows nothing', (t) => {
  const containers = Array.from({ length: 11 }, (_, index) => ({
    name: `c${index}`,
    image: 'i',
    resources: { limits: { 'google.com/tpu': 1 } },
  }));
  const set = manifest(1, 1_000);
  const spec = { leaderWorkerTemplate: { size: 1_000, workerTemplate: { spec: { containers } } } };
  t.same(previewLeaderWorkerSet({ ...set, spec }, { namespace: 'default', gangScheduling: false }), {
    objects: [],
    errors: [
      'pod llm-0 would be refused: pod llm-0 would be told of 11000 TPU hosts: at most 10000 hosts, and 1048576 characters, ' +
        'fit into one variable. Reduce the size of the group or of its sub-groups',
    ],
    warnings: [],
  });
  t.end();
});

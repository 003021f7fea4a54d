import t from 'tap';
import type { Pod } from '../../../src/api/kubernetes.ts';
import type { Loose } from '../../../src/core/admission/loose.ts';
import { applyOperations } from '../../../src/core/admission/patch-operation.ts';
import { mutatePod } from '../../../src/core/admission/pod/mutate.ts';
import { subGroupIndex } from '../../../src/core/admission/pod/sub-group-index.ts';

const P = 'leaderworkerset.sigs.k8s.io/';
const tpu = { resources: { limits: { 'google.com/tpu': '4' } } };

type Parts = { name: string; labels?: object; annotations?: object; spec?: object };

const prefixed = (keys: object): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [P + key, String(value)]));

const createPod = ({ name, labels = {}, annotations = {}, spec = {} }: Parts): Loose<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: prefixed({ name: 'lws', 'template-revision-hash': '5c5fcdfb44', ...labels }),
    annotations: prefixed({ size: 4, ...annotations }),
  },
  spec: { subdomain: 'lws', containers: [{ name: 'main' }], ...spec },
});

const createLeader = (parts: Partial<Parts> = {}): Loose<Pod> =>
  createPod({ name: 'lws-0', ...parts, labels: { 'worker-index': 0, ...parts.labels } });

const createWorker = (index: number, parts: Partial<Parts> = {}): Loose<Pod> =>
  createPod({ name: `lws-0-${index}`, ...parts, labels: { 'group-index': 0, 'group-key': 'k', ...parts.labels } });

const mutate = (pod: Loose<Pod>, gangScheduling = false): Loose<Pod> | string => {
  const mutation = mutatePod(pod, { gangScheduling });
  return mutation.kind === 'refusal' ? mutation.message : applyOperations(pod, mutation.operations);
};

const mutated = (pod: Loose<Pod>, gangScheduling = false): Loose<Pod> => {
  const result = mutate(pod, gangScheduling);
  if (typeof result === 'string') throw new Error(result);
  return result;
};

const environmentOf = (pod: Loose<Pod>): ReadonlyMap<string | undefined, string | undefined> =>
  new Map(
    (mutated(pod).spec?.containers?.[0]?.env ?? []).map(({ name, value }) => [name ?? undefined, value ?? undefined]),
  );

const hostsOf = (pod: Loose<Pod>): (string | undefined)[] => {
  const environment = environmentOf(pod);
  return [environment.get('TPU_WORKER_HOSTNAMES'), environment.get('TPU_WORKER_ID')];
};

const term = (label: string, key: string, topologyKey: string) => ({
  with: { labelSelector: { matchExpressions: [{ key: P + label, operator: 'In', values: [key] }] }, topologyKey },
  apart: {
    labelSelector: {
      matchExpressions: [
        { key: P + label, operator: 'Exists' },
        { key: P + label, operator: 'NotIn', values: [key] },
      ],
    },
    topologyKey,
  },
});

void t.test('gives a leader all that it can have', (t) => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'LWS_GROUP_SIZE', value: '9' },
    { name: 'A', value: '2' },
  ];
  const annotations = {
    'subgroup-size': 2,
    'subgroup-policy-type': 'LeaderWorker',
    'exclusive-topology': 'rack',
    'subgroup-exclusive-topology': 'host-group',
    subdomainPolicy: 'UniquePerReplica',
  };
  const pod = createLeader({
    annotations,
    spec: { containers: [{ name: 'main', ...tpu, env }], initContainers: [{ name: 'init' }] },
  });
  const group = term('group-key', '9f7c49a9534189e737848b962d712086e1d5dfd8', 'rack');
  const subGroup = term('subgroup-key', '64d26fbc1313c4f19359835dc0314b7986243248', 'host-group');
  const ours = [
    { name: 'LWS_LEADER_ADDRESS', value: 'lws-0.lws-0.default' },
    { name: 'LWS_GROUP_SIZE', value: '4' },
    { name: 'LWS_WORKER_INDEX', value: '0' },
  ];
  t.strictSame(mutated(pod, true), {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata?.labels,
        ...prefixed({
          'group-index': 0,
          'group-key': '9f7c49a9534189e737848b962d712086e1d5dfd8',
          'subgroup-index': 0,
          'subgroup-key': '64d26fbc1313c4f19359835dc0314b7986243248',
        }),
      },
      annotations: { ...pod.metadata?.annotations, 'scheduling.k8s.io/group-name': 'lws-0-5c5fcdfb44' },
    },
    spec: {
      subdomain: 'lws-0',
      containers: [
        {
          name: 'main',
          ...tpu,
          env: [
            ...ours,
            { name: 'A', value: '1' },
            { name: 'TPU_WORKER_HOSTNAMES', value: 'lws-0.lws-0,lws-0-1.lws-0' },
            { name: 'TPU_WORKER_ID', value: '0' },
            { name: 'TPU_NAME', value: 'lws-0' },
            { name: 'TPU_PROCESS_ADDRESSES', value: 'lws-0.lws-0:8476,lws-0-1.lws-0:8476' },
            { name: 'TPU_PROCESS_PORT', value: '8476' },
          ],
        },
      ],
      initContainers: [{ name: 'init', env: ours }],
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [group.with, subGroup.with] },
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [group.apart, subGroup.apart] },
      },
    },
  });
  t.end();
});

void t.test('gives a worker its index and its sub-group', (t) => {
  const pod = createWorker(3, {
    annotations: { 'subgroup-size': 2, 'leader-name': 'lws-0', 'exclusive-topology': 'rack' },
  });
  const { metadata, spec } = mutated(pod);
  t.strictSame(metadata?.labels, {
    ...pod.metadata?.labels,
    ...prefixed({ 'worker-index': 3, 'subgroup-index': 1, 'subgroup-key': '9a04e952f5fa14ba00dc528e168e7eca4cbfa81d' }),
  });
  t.strictSame(spec, {
    subdomain: 'lws',
    containers: [
      {
        name: 'main',
        env: [
          { name: 'LWS_LEADER_ADDRESS', value: 'lws-0.lws.default' },
          { name: 'LWS_GROUP_SIZE', value: '4' },
          { name: 'LWS_WORKER_INDEX', value: '3' },
        ],
      },
    ],
  });
  t.end();
});

void t.test('sub-group index of each worker', (t) => {
  for (const [size, subGroupSize, expected] of [
    [2, 1, '1'],
    [3, 1, '12'],
    [3, 2, '00'],
    [4, 2, '011'],
    [5, 2, '0011'],
    [6, 2, '01122'],
    [7, 3, '000111'],
    [9, 4, '00001111'],
  ] as const) {
    const workers = Array.from({ length: size - 1 }, (_, i) =>
      subGroupIndex(BigInt(size), BigInt(subGroupSize), BigInt(i + 1)),
    );
    t.equal(workers.join(''), expected, `${size} pods in sub-groups of ${subGroupSize}`);
  }
  t.end();
});

const subGroups = (subGroupSize: number, policyType: string) => ({
  'subgroup-size': subGroupSize,
  'subgroup-policy-type': policyType,
});
const withLeader = { 'leader-requests-tpus': 'true' };
const spec = { containers: [{ name: 'main', ...tpu }] };
const wholeGroup = 'lws-0.lws,lws-0-1.lws,lws-0-2.lws,lws-0-3.lws';

const hosts: { title: string; pod: Loose<Pod>; hosts: (string | undefined)[] }[] = [
  { title: 'tells a leader of its whole group', pod: createLeader({ spec }), hosts: [wholeGroup, '0'] },
  {
    title: 'tells a worker of a leader with TPUs the same',
    pod: createWorker(2, { spec, annotations: withLeader }),
    hosts: [wholeGroup, '2'],
  },
  {
    title: 'leaves out a leader without TPUs',
    pod: createWorker(3, { spec }),
    hosts: ['lws-0-1.lws,lws-0-2.lws,lws-0-3.lws', '2'],
  },
  {
    title: 'tells the leader of the first sub-group',
    pod: createLeader({ spec, annotations: subGroups(2, 'LeaderWorker') }),
    hosts: ['lws-0.lws,lws-0-1.lws', '0'],
  },
  {
    title: 'tells a worker of a later sub-group',
    pod: createWorker(3, { spec, annotations: { ...subGroups(2, 'LeaderWorker'), ...withLeader } }),
    hosts: ['lws-0-2.lws,lws-0-3.lws', '1'],
  },
  {
    title: 'counts from the first worker when the leader has no TPUs',
    pod: createWorker(3, { spec, annotations: { ...subGroups(2, 'LeaderExcluded'), size: 5 } }),
    hosts: ['lws-0-3.lws,lws-0-4.lws', '0'],
  },
  {
    title: 'tells nothing to a leader outside every sub-group',
    pod: createLeader({ spec, annotations: subGroups(2, 'LeaderExcluded') }),
    hosts: [undefined, undefined],
  },
  {
    title: 'tells nothing where the user has told something',
    pod: createLeader({
      spec: { containers: [{ name: 'main', ...tpu, env: [{ name: 'TPU_WORKER_ID', value: '7' }] }] },
    }),
    hosts: [undefined, '7'],
  },
  {
    title: 'takes requests when there are no limits, and rounds up',
    pod: createLeader({
      spec: { containers: [{ name: 'main', resources: { requests: { 'google.com/tpu': '500m' } } }] },
    }),
    hosts: [wholeGroup, '0'],
  },
  {
    title: 'tells nothing to containers without TPUs',
    pod: createLeader({ spec: { containers: [{ name: 'main', resources: { limits: { 'google.com/tpu': 0 } } }] } }),
    hosts: [undefined, undefined],
  },
];

void t.test('TPU hosts', (t) => {
  for (const { title, pod, hosts: expected } of hosts) t.strictSame(hostsOf(pod), expected, title);
  t.notOk(
    Object.keys(
      mutated(createLeader({ spec, annotations: subGroups(2, 'LeaderExcluded') })).metadata?.labels ?? {},
    ).some((key) => key.includes('subgroup')),
    'leaves a leader outside every sub-group without sub-group labels',
  );
  t.end();
});

void t.test('ports of several TPU containers', (t) => {
  const pod = createLeader({
    annotations: { size: 2 },
    spec: {
      containers: [
        { name: 'a', ...tpu },
        { name: 'b', ...tpu, env: [{ name: 'TPU_PROCESS_PORT', value: '9000' }] },
      ],
      initContainers: [{ name: 'init', ...tpu }],
    },
  });
  const { containers = [], initContainers = [] } = mutated(pod).spec ?? {};
  const addresses = 'lws-0.lws:8476,lws-0.lws:9000,lws-0.lws:8478,lws-0-1.lws:8476,lws-0-1.lws:9000,lws-0-1.lws:8478';
  const told = [...(containers ?? []), ...(initContainers ?? [])].map(({ env }) =>
    ['TPU_WORKER_ID', 'TPU_PROCESS_ADDRESSES', 'TPU_PROCESS_PORT'].map(
      (name) => env?.find((one) => one.name === name)?.value,
    ),
  );
  t.strictSame(told, [
    ['0', addresses, '8476'],
    ['1', addresses, '9000'],
    ['2', addresses, '8478'],
  ]);
  t.end();
});

const refusals: { title: string; pod: Loose<Pod>; message: string }[] = [
  {
    title: 'refuses a pod without a size',
    pod: { metadata: { name: 'lws-0', labels: { [`${P}name`]: 'lws' } } },
    message: 'size annotation is unexpectedly missing for pod lws-0',
  },
  {
    title: 'refuses a size that is no number',
    pod: createLeader({ annotations: { size: 'abc' } }),
    message: `annotation ${P}size of pod lws-0 is "abc": it must be a whole number of at most 64 bits, for example 4`,
  },
  {
    title: 'refuses an empty sub-group size where it is needed',
    pod: createWorker(1, { annotations: { 'subgroup-size': '' } }),
    message: `annotation ${P}subgroup-size of pod lws-0-1 is missing or empty: it must be a whole number of at most 64 bits, for example 4`,
  },
  {
    title: 'refuses a sub-group index that is no number where it is needed',
    pod: createWorker(1, { labels: { 'subgroup-index': 'x' }, annotations: { 'subgroup-size': 2 }, spec }),
    message: `label ${P}subgroup-index of pod lws-0-1 is "x": it must be a whole number of at most 64 bits, for example 4`,
  },
  ...[0, -2].map((subGroupSize) => ({
    title: `refuses a sub-group size of ${subGroupSize}`,
    pod: createWorker(1, { annotations: { 'subgroup-size': subGroupSize } }),
    message: `annotation ${P}subgroup-size of pod lws-0-1 is ${subGroupSize}: it must be at least 1`,
  })),
  {
    title: 'refuses a leader without an ordinal',
    pod: createLeader({ name: 'lws' }),
    message: 'parsing pod ordinal for pod lws',
  },
  {
    title: 'refuses a worker that knows no group',
    pod: createPod({ name: 'lws-0-1' }),
    message: 'Failure constructing environment variables, no group index label found for pod default/lws-0-1',
  },
  {
    title: 'refuses a group of two billion TPU hosts',
    pod: createLeader({ annotations: { size: 2_000_000_000 }, spec }),
    message:
      'pod lws-0 would be told of 2000000000 TPU hosts: at most 10000 hosts, and 1048576 characters, fit into one variable. Reduce the size of the group or of its sub-groups',
  },
  {
    title: 'refuses a sub-group of two billion TPU hosts',
    pod: createLeader({ annotations: { 'subgroup-size': 2_000_000_000 }, spec }),
    message:
      'pod lws-0 would be told of 2000000000 TPU hosts: at most 10000 hosts, and 1048576 characters, fit into one variable. Reduce the size of the group or of its sub-groups',
  },
  {
    title: 'refuses more text than an answer can carry',
    pod: createLeader({
      annotations: { size: `${'0'.repeat(100_000)}4` },
      spec: { containers: Array.from({ length: 100 }, (_, i) => ({ name: `c${i}` })) },
    }),
    message:
      'the environment variables of the 100 containers of pod lws-0 would have 10006700 characters: at most 2097152 are allowed',
  },
];

void t.test('refusals', (t) => {
  for (const { title, pod, message } of refusals) t.equal(mutate(pod), message, title);
  t.equal(typeof mutate(createLeader({ annotations: { size: 10_000 }, spec })), 'object', 'admits 10,000 TPU hosts');
  t.end();
});

const oddities: { title: string; pod: Loose<Pod>; label: string; value: string | undefined }[] = [
  {
    title: 'keeps a group index that is there, whatever it is',
    pod: createLeader({ labels: { 'group-index': 'x' } }),
    label: 'group-index',
    value: 'x',
  },
  {
    title: 'keeps a group key that is there, even empty',
    pod: createLeader({ labels: { 'group-key': '' } }),
    label: 'group-key',
    value: '',
  },
  {
    title: 'numbers a worker by its name, whatever its label said',
    pod: createWorker(3, { labels: { 'worker-index': '7' } }),
    label: 'worker-index',
    value: '3',
  },
  {
    title: 'treats an empty sub-group index as absent',
    pod: createWorker(3, { labels: { 'subgroup-index': '' }, annotations: { 'subgroup-size': 2 } }),
    label: 'subgroup-index',
    value: '1',
  },
  {
    title: 'lets a leader have any text for a sub-group size',
    pod: createLeader({ annotations: { 'subgroup-size': 'x' } }),
    label: 'subgroup-index',
    value: '0',
  },
];

void t.test('oddities that are kept', (t) => {
  for (const { title, pod, label, value } of oddities)
    t.equal(mutated(pod).metadata?.labels?.[P + label], value, title);
  t.strictSame(
    mutatePod({ metadata: { name: 'other' } }, { gangScheduling: true }),
    { kind: 'patch', operations: [] },
    'leaves pods of no group alone',
  );
  t.equal(
    environmentOf(createLeader({ annotations: { size: '004' } })).get('LWS_GROUP_SIZE'),
    '004',
    'repeats the text of the size',
  );
  t.end();
});

void t.test('patches name nothing that stays as it is', (t) => {
  const env = [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }];
  const pod = createWorker(1, { spec: { containers: [{ name: 'main', env }] } });
  t.strictSame(mutatePod(pod, { gangScheduling: false }), {
    kind: 'patch',
    operations: [
      { op: 'add', path: '/metadata/labels/leaderworkerset.sigs.k8s.io~1worker-index', value: '1' },
      {
        op: 'add',
        path: '/spec/containers/0/env/0',
        value: { name: 'LWS_LEADER_ADDRESS', value: 'lws-0.lws.default' },
      },
      { op: 'add', path: '/spec/containers/0/env/1', value: { name: 'LWS_GROUP_SIZE', value: '4' } },
      { op: 'add', path: '/spec/containers/0/env/2', value: { name: 'LWS_WORKER_INDEX', value: '1' } },
    ],
  });
  t.end();
});

void t.test('many repetitions are replaced at once', (t) => {
  const env = Array.from({ length: 100 }, (_, i) => ({ name: i === 0 ? 'A' : 'B', value: String(i) }));
  const mutation = mutatePod(createWorker(1, { spec: { containers: [{ name: 'main', env }] } }), {
    gangScheduling: false,
  });
  t.strictSame(mutation.kind === 'patch' && mutation.operations.slice(1), [
    {
      op: 'replace',
      path: '/spec/containers/0/env',
      value: [
        { name: 'LWS_LEADER_ADDRESS', value: 'lws-0.lws.default' },
        { name: 'LWS_GROUP_SIZE', value: '4' },
        { name: 'LWS_WORKER_INDEX', value: '1' },
        { name: 'A', value: '0' },
        { name: 'B', value: '1' },
      ],
    },
  ]);
  t.end();
});

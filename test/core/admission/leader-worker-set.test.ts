import t from 'tap';
import type { LeaderWorkerSet } from '../../../src/api/leader-worker-set.ts';
import { formatFieldErrors } from '../../../src/core/admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/default.ts';
import { validateLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/validate.ts';
import type { Loose } from '../../../src/core/admission/loose.ts';
import { applyOperations } from '../../../src/core/admission/patch-operation.ts';

type LooseSet = Loose<LeaderWorkerSet>;
type Template = NonNullable<NonNullable<LooseSet['spec']>['leaderWorkerTemplate']>;

const containers = [{ name: 'main' }];
const tpuSpec = { containers: [{ name: 'main', resources: { limits: { 'google.com/tpu': '4' } } }] };
const SUB_GROUP_SIZE = 'spec.leaderWorkerTemplate.SubGroupPolicy.subGroupSize';
const EXCLUSIVE = 'leaderworkerset.sigs.k8s.io/exclusive-topology';
const SUB_GROUP_EXCLUSIVE = 'leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology';

type Parts = { metadata?: LooseSet['metadata']; spec?: LooseSet['spec']; template?: Template };

const createSet = ({ metadata, spec, template }: Parts = {}): LooseSet => ({
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: { name: 'sample', namespace: 'default', ...metadata },
  spec: {
    replicas: 2,
    rolloutStrategy: {
      type: 'RollingUpdate',
      rollingUpdateConfiguration: { maxUnavailable: 1, maxSurge: 0, partition: 0 },
    },
    networkConfig: { subdomainPolicy: 'Shared' },
    ...spec,
    leaderWorkerTemplate: {
      size: 4,
      restartPolicy: 'RecreateGroupOnPodRestart',
      workerTemplate: { spec: { containers } },
      ...template,
    },
  },
});

const withName = (length: number): LooseSet['metadata'] => ({ name: 'a'.repeat(length) });
const rolling = (configuration: object): LooseSet['spec'] => ({
  rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: configuration },
});

const messageOf = (set: LooseSet, previous?: LooseSet): string | undefined => {
  const { errors } = validateLeaderWorkerSet(set, previous);
  return errors.length === 0 ? undefined : formatFieldErrors(errors);
};

const tooLong = (length: number, limit: number, replicas: number, size: number): string =>
  `metadata.name: Invalid value: "${'a'.repeat(length)}": must be no more than ${limit} characters for ${replicas} replicas of size ${size}: the names of the set's StatefulSets are made of it and must fit into the revision label of their pods`;

const creations: { title: string; set: LooseSet; message?: string }[] = [
  { title: 'admits the sample', set: createSet() },
  {
    title: 'refuses sub-groups without a size',
    set: createSet({ template: { subGroupPolicy: {} } }),
    message: `${SUB_GROUP_SIZE}: Required value: must be set when subGroupPolicy is set`,
  },
  {
    title: 'refuses sub-groups of a type without a size',
    set: createSet({ template: { subGroupPolicy: { subGroupPolicyType: 'LeaderExcluded', subGroupSize: null } } }),
    message: `${SUB_GROUP_SIZE}: Required value: must be set when subGroupPolicy is set`,
  },
  {
    title: 'refuses a sub-group size of 0 with one message',
    set: createSet({
      template: { size: -1, subGroupPolicy: { subGroupPolicyType: 'LeaderExcluded', subGroupSize: 0 } },
    }),
    message: `[spec.leaderWorkerTemplate.size: Invalid value: -1: size must be equal or greater than 1, ${SUB_GROUP_SIZE}: Invalid value: 0: subGroupSize must be equal or greater than 1]`,
  },
  { title: 'takes an absent partition for 0', set: createSet({ spec: rolling({ maxUnavailable: 1, maxSurge: 0 }) }) },
  { title: 'takes absent values of a rolling update for their defaults', set: createSet({ spec: rolling({}) }) },
  { title: 'takes an absent rolling update for its default', set: createSet({ spec: { rolloutStrategy: null } }) },
  {
    title: 'takes absent replicas, size and network for their defaults',
    set: createSet({ spec: { replicas: null, networkConfig: null }, template: { size: null } }),
  },
  {
    title: 'takes a set without any spec for one with all defaults',
    set: { metadata: { name: 'sample', namespace: 'default' } },
  },
  {
    title: 'refuses a set without name and namespace',
    set: {},
    message: '[metadata.name: Required value: name or generateName is required, metadata.namespace: Required value]',
  },
  {
    title: 'checks what a name is generated from as if it went on',
    set: createSet({ metadata: { name: 'sample', generateName: 'Sample-' } }),
    message: `metadata.generateName: Invalid value: "Sample-": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
  },
  { title: 'admits a generated name that ends with a dash', set: createSet({ metadata: { generateName: 'a-' } }) },
  {
    title: 'refuses labels and annotations that Kubernetes would refuse',
    set: createSet({ metadata: { labels: { 'a/b/c': 'ok', ok: '-' }, annotations: { 'UPPER/ok': '', '/x': '' } } }),
    message: `[metadata.labels: Invalid value: "a/b/c": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName'), metadata.labels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'), metadata.annotations: Invalid value: "/x": prefix part must be non-empty]`,
  },
  { title: 'admits the longest name for one group', set: createSet({ metadata: withName(50), spec: { replicas: 1 } }) },
  {
    title: 'refuses a name that leaves no room for the revision label',
    set: createSet({ metadata: withName(51) }),
    message: tooLong(51, 50, 2, 4),
  },
  {
    title: 'leaves less room for the index of more groups',
    set: createSet({ metadata: withName(50), spec: { replicas: 11 } }),
    message: tooLong(50, 49, 11, 4),
  },
  {
    title: 'leaves more room for groups of one pod, which have no StatefulSet of their own',
    set: createSet({ metadata: withName(53), spec: { replicas: 1000 }, template: { size: 1 } }),
    message: tooLong(53, 52, 1000, 1),
  },
  {
    title: 'admits 52 characters for groups of one pod',
    set: createSet({ metadata: withName(52), template: { size: 1 } }),
  },
  {
    title: 'takes no replicas for one',
    set: createSet({ metadata: withName(51), spec: { replicas: 0 } }),
    message: tooLong(51, 50, 0, 4),
  },
  {
    title: 'refuses a name of more than 63 characters once',
    set: createSet({ metadata: withName(64) }),
    message: `metadata.name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters`,
  },
];

void t.test('creation', (t) => {
  for (const { title, set, message } of creations) t.equal(messageOf(set), message, title);
  t.end();
});

const policyWithoutSize = { subGroupPolicy: { subGroupPolicyType: 'LeaderWorker' } } as const;
const policy = (subGroupSize: number) =>
  ({ subGroupPolicy: { subGroupPolicyType: 'LeaderWorker', subGroupSize } }) as const;
const broken = createSet({
  metadata: { name: '2.cube' },
  spec: { replicas: -1, networkConfig: null },
  template: policyWithoutSize,
});

const updates: { title: string; previous: LooseSet; set: LooseSet; message?: string }[] = [
  {
    title: 'admits new labels and finalizers on a set that breaks every rule',
    previous: broken,
    set: { ...broken, metadata: { ...broken.metadata, labels: { a: 'b' }, finalizers: [] } },
  },
  {
    title: 'admits a set that gained nothing but its defaults',
    previous: broken,
    set: applyOperations(
      { ...broken, metadata: { ...broken.metadata, finalizers: [] } },
      defaultLeaderWorkerSet(broken),
    ),
  },
  {
    title: 'lets a stored policy be given its size',
    previous: createSet({ template: policyWithoutSize }),
    set: createSet({ template: policy(2) }),
  },
  {
    title: 'lets a size be given only once',
    previous: createSet({ template: policy(2) }),
    set: createSet({ template: policy(4) }),
    message: `${SUB_GROUP_SIZE}: Invalid value: 4: field is immutable`,
  },
  {
    title: 'keeps a stored policy without a size',
    previous: createSet({ template: policyWithoutSize }),
    set: createSet(),
    message: `${SUB_GROUP_SIZE}: Invalid value: null: cannot remove subGroupSize after enabled`,
  },
  {
    title: 'refuses another change to a stored policy without a size',
    previous: createSet({ template: policyWithoutSize }),
    set: createSet({ spec: { replicas: 3 }, template: policyWithoutSize }),
    message: `${SUB_GROUP_SIZE}: Required value: must be set when subGroupPolicy is set`,
  },
  {
    title: 'refuses a subdomain policy of null, where there was none',
    previous: createSet({ spec: { networkConfig: null } }),
    set: createSet({ spec: { networkConfig: { subdomainPolicy: null } } }),
    message: 'spec.networkConfig.subdomainPolicy: Invalid value: null: cannot set subdomainPolicy as null',
  },
  {
    title: 'refuses a subdomain policy of null, where there was one',
    previous: createSet(),
    set: createSet({ spec: { networkConfig: { subdomainPolicy: null } } }),
    message: 'spec.networkConfig.subdomainPolicy: Invalid value: "Shared": cannot set subdomainPolicy as null',
  },
  {
    title: 'validates when an annotation changes that a rule reads',
    previous: createSet(),
    set: createSet({ metadata: { annotations: { [SUB_GROUP_EXCLUSIVE]: '' } } }),
    message: `metadata.annotations.${SUB_GROUP_EXCLUSIVE}: Invalid value: "": cannot have subgroup-exclusive-topology without subGroupSize set`,
  },
  {
    title: 'does not refuse growth beyond what the name allows',
    previous: createSet({ metadata: withName(50) }),
    set: createSet({ metadata: withName(50), spec: { replicas: 11 } }),
  },
];

void t.test('update', (t) => {
  for (const { title, previous, set, message } of updates) t.equal(messageOf(set, previous), message, title);
  t.end();
});

const requiredTerms = {
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'rack', labelSelector: { matchLabels: { a: 'b' } } }],
};

const warnings: { title: string; previous?: LooseSet; set: LooseSet; warnings: string[] }[] = [
  { title: 'has nothing to say about the sample', set: createSet(), warnings: [] },
  {
    title: 'warns of a set that grows beyond what its name allows',
    previous: createSet({ metadata: withName(50) }),
    set: createSet({ metadata: withName(50), spec: { replicas: 11 } }),
    warnings: [
      'metadata.name: 11 replicas of size 4 need a name of at most 49 characters; groups whose StatefulSet name is too long get no pods. Stay below or recreate the set with a shorter name',
    ],
  },
  {
    title: 'warns of a surge above the replicas',
    set: createSet({ spec: { ...rolling({ maxUnavailable: 1, maxSurge: 3 }) } }),
    warnings: [
      'spec.rolloutStrategy.rollingUpdateConfiguration.maxSurge: 3 is more than the 2 replicas; a rolling update adds at most 2 groups. Write 2 or a percentage',
    ],
  },
  {
    title: 'warns of a leader with TPUs outside all sub-groups',
    set: createSet({
      template: {
        size: 5,
        subGroupPolicy: { subGroupPolicyType: 'LeaderExcluded', subGroupSize: 2 },
        workerTemplate: { spec: tpuSpec },
      },
    }),
    warnings: [
      'spec.leaderWorkerTemplate.subGroupPolicy: with LeaderExcluded a leader that requests google.com/tpu gets no TPU variables, and its workers get wrong ones. Give a leaderTemplate without TPUs, or use LeaderWorker',
    ],
  },
  {
    title: 'warns of sub-groups that do not divide a group whose leader uses TPUs',
    set: createSet({ template: { size: 5, ...policy(2), workerTemplate: { spec: tpuSpec } } }),
    warnings: [
      'spec.leaderWorkerTemplate.subGroupPolicy.subGroupSize: the leader requests google.com/tpu, so size 5 must be divisible by 2; otherwise TPU_WORKER_HOSTNAMES and TPU_WORKER_ID are wrong. Change size or subGroupSize',
    ],
  },
  {
    title: 'warns of sub-groups that do not divide the workers that alone use TPUs',
    set: createSet({
      template: { ...policy(2), leaderTemplate: { spec: { containers } }, workerTemplate: { spec: tpuSpec } },
    }),
    warnings: [
      'spec.leaderWorkerTemplate.subGroupPolicy.subGroupSize: the leader requests no google.com/tpu, so size - 1 = 3 must be divisible by 2; otherwise TPU_WORKER_HOSTNAMES and TPU_WORKER_ID are wrong. Change size or subGroupSize',
    ],
  },
  {
    title: 'is content with sub-groups that divide what uses TPUs',
    set: createSet({ template: { ...policy(2), workerTemplate: { spec: tpuSpec } } }),
    warnings: [],
  },
  {
    title: 'warns of one topology for groups and sub-groups',
    set: createSet({
      metadata: { annotations: { [EXCLUSIVE]: 'rack', [SUB_GROUP_EXCLUSIVE]: 'rack' } },
      template: policy(2),
    }),
    warnings: [
      `metadata.annotations: ${EXCLUSIVE} and ${SUB_GROUP_EXCLUSIVE} name the same key, so leaders are placed by group only. Name a smaller topology for sub-groups`,
    ],
  },
  {
    title: 'warns of own terms that switch exclusive placement off',
    set: createSet({
      metadata: { annotations: { [EXCLUSIVE]: 'rack' } },
      template: {
        workerTemplate: {
          spec: { containers, affinity: { podAffinity: requiredTerms, podAntiAffinity: requiredTerms } },
        },
      },
    }),
    warnings: [
      `spec.leaderWorkerTemplate.workerTemplate.spec.affinity: required pod affinity and anti-affinity on the key of ${EXCLUSIVE} turn that exclusive placement off. Remove one of the two`,
    ],
  },
  {
    title: 'warns of a topology that changes under running pods',
    previous: createSet({ metadata: { annotations: { [EXCLUSIVE]: 'rack' } } }),
    set: createSet({ metadata: { annotations: { [EXCLUSIVE]: 'host' } } }),
    warnings: [
      `metadata.annotations[${EXCLUSIVE}]: takes effect with the next change of the template, which moves group by group; until then new pods go where the others are`,
    ],
  },
  {
    title: 'warns of claim templates that change',
    previous: createSet(),
    set: createSet({ template: { volumeClaimTemplates: [{ metadata: { name: 'cache' } }] } }),
    warnings: [
      'spec.leaderWorkerTemplate.volumeClaimTemplates: existing StatefulSets cannot change their claim templates, so groups that exist keep the old ones and updates may stall. Recreate the set to change them',
    ],
  },
  {
    title: 'warns of reserved keys in a template',
    set: createSet({
      template: {
        workerTemplate: {
          metadata: { labels: { 'leaderworkerset.sigs.k8s.io/worker-index': '0', app: 'serve' } },
          spec: { containers },
        },
      },
    }),
    warnings: [
      'spec.leaderWorkerTemplate.workerTemplate.metadata.labels[leaderworkerset.sigs.k8s.io/worker-index]: LeaderWorkerSet sets this key itself; a value in the template is overwritten or breaks the grouping of pods. Remove it',
    ],
  },
  {
    title: 'warns of variables that will be dropped',
    set: createSet({
      template: {
        workerTemplate: {
          spec: { containers: [{ name: 'main', env: [{ name: 'A' }, { name: 'A' }, { name: 'LWS_GROUP_SIZE' }] }] },
        },
      },
    }),
    warnings: [
      'spec.leaderWorkerTemplate.workerTemplate.spec.containers[0].env: A is given more than once; only the first is kept. Remove the others',
      'spec.leaderWorkerTemplate.workerTemplate.spec.containers[0].env: LWS_GROUP_SIZE is set by LeaderWorkerSet and this value is dropped. Remove it, or choose another name',
    ],
  },
  {
    title: 'has nothing to say about a set that is refused',
    set: createSet({ spec: { ...rolling({ maxSurge: 3 }), replicas: -1 } }),
    warnings: [],
  },
];

void t.test('warnings', (t) => {
  for (const { title, previous, set, warnings: expected } of warnings) {
    t.strictSame(validateLeaderWorkerSet(set, previous).warnings, expected, title);
  }
  const env = Array.from({ length: 3000 }, (_, i) => ({ name: `${'x'.repeat(300)}${i % 1000}` }));
  const many = validateLeaderWorkerSet(
    createSet({ template: { workerTemplate: { spec: { containers: [{ name: 'a', env }] } } } }),
  );
  t.equal(many.warnings.length, 10, 'gives at most ten');
  t.equal(many.warnings.at(-1), '991 more warnings of this kind are not shown');
  const labels = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`leaderworkerset.sigs.k8s.io/${i}`, 'x']));
  const more = validateLeaderWorkerSet(createSet({ template: { workerTemplate: { metadata: { labels } } } }));
  t.equal(
    more.warnings.at(-1),
    'at least 1991 more warnings of this kind are not shown',
    'looks for no more than so many',
  );
  t.ok(
    many.warnings.every((warning) => warning.length <= 256),
    'keeps each to 256 characters',
  );
  t.end();
});

const defaults: { title: string; set: LooseSet; operations: ReturnType<typeof defaultLeaderWorkerSet> }[] = [
  { title: 'leaves a complete set alone', set: createSet(), operations: [] },
  {
    title: 'creates the parents that are absent or null',
    set: { spec: null },
    operations: [
      { op: 'replace', path: '/spec', value: { leaderWorkerTemplate: { restartPolicy: 'RecreateGroupOnPodRestart' } } },
      { op: 'add', path: '/spec/rolloutStrategy', value: { type: 'RollingUpdate' } },
      {
        op: 'add',
        path: '/spec/rolloutStrategy/rollingUpdateConfiguration',
        value: { maxUnavailable: 1, maxSurge: 0, partition: 0 },
      },
      { op: 'add', path: '/spec/networkConfig', value: { subdomainPolicy: 'Shared' } },
    ],
  },
  {
    title: 'replaces the deprecated restart policy',
    set: createSet({ template: { restartPolicy: 'Default' } }),
    operations: [{ op: 'replace', path: '/spec/leaderWorkerTemplate/restartPolicy', value: 'None' }],
  },
  {
    title: 'leaves an unknown rollout strategy and a partial configuration to the schema',
    set: createSet({ spec: { rolloutStrategy: { type: 'Recreate' } } }),
    operations: [],
  },
  {
    title: 'completes no partial configuration',
    set: createSet({ spec: { rolloutStrategy: { type: '', rollingUpdateConfiguration: {} } } }),
    operations: [{ op: 'replace', path: '/spec/rolloutStrategy/type', value: 'RollingUpdate' }],
  },
];

void t.test('defaults', (t) => {
  for (const { title, set, operations } of defaults) t.strictSame(defaultLeaderWorkerSet(set), operations, title);
  t.end();
});

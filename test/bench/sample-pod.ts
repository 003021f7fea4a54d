import { ANNOTATION, LABEL } from '../../src/api/labels.ts';

export type PodSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  /** How many variables the user gave it. */
  readonly variables: number;
  /** Written down by its creator for each field, as in every pod of a cluster of today. */
  readonly hasManagedFields: boolean;
};

const GROUP_SIZE = '4';
const GPU = { 'nvidia.com/gpu': '8', memory: '1Ti' };
const TPU = { 'google.com/tpu': '4' };

const variables = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `SETTING_${i}`, value: `value-of-setting-${i}` }));

/** The containers of a pod template that serves a model. */
export const sampleContainers = (count: number, limits: Readonly<Record<string, string>> = GPU) => [
  {
    name: 'serve',
    image: 'registry.example.com/serving/serve:v1.2.3',
    command: ['/bin/sh', '-c'],
    args: ['serve --tensor-parallel-size 8 --pipeline-parallel-size 2 --leader $(LWS_LEADER_ADDRESS)'],
    env: variables(count),
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    resources: { limits, requests: limits },
    volumeMounts: [{ name: 'shm', mountPath: '/dev/shm' }],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  },
];

const TOKEN = {
  name: 'kube-api-access',
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    ],
    defaultMode: 420,
  },
};

const managedFields = (count: number) => [
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:annotations': { '.': {}, [`f:${ANNOTATION.size}`]: {} }, 'f:labels': { '.': {} } },
      'f:spec': {
        'f:containers': {
          'k:{"name":"serve"}': {
            '.': {},
            'f:command': {},
            'f:args': {},
            'f:image': {},
            'f:env': Object.fromEntries(
              variables(count).map(({ name }) => [`k:{"name":"${name}"}`, { '.': {}, 'f:name': {}, 'f:value': {} }]),
            ),
          },
        },
      },
    },
  },
];

const pod = (sample: PodSample) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: sample.name,
    namespace: 'default',
    labels: { app: 'serve', ...sample.labels },
    annotations: sample.annotations,
    ...(sample.hasManagedFields ? { managedFields: managedFields(sample.variables) } : {}),
  },
  spec: {
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '15Gi' } }, TOKEN],
    containers: sampleContainers(sample.variables, sample.limits),
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    serviceAccount: 'default',
    securityContext: {},
    schedulerName: 'default-scheduler',
    hostname: sample.name,
    subdomain: 'vllm',
    enableServiceLinks: true,
  },
  status: {},
});

const KINDS = [
  { annotations: {}, limits: GPU },
  { annotations: { [ANNOTATION.exclusiveTopology]: 'cloud.example.com/rack' }, limits: GPU },
  { annotations: {}, limits: TPU },
  { annotations: { [ANNOTATION.subGroupSize]: '2', [ANNOTATION.subGroupPolicyType]: 'LeaderWorker' }, limits: TPU },
] as const;

const leader = (group: number) => ({
  name: `vllm-${group}`,
  labels: { [LABEL.name]: 'vllm', [LABEL.workerIndex]: '0', [LABEL.revision]: '5c5fcdfb44' },
  annotations: { [ANNOTATION.size]: GROUP_SIZE },
});

const worker = (group: number, index: number) => ({
  name: `vllm-${group}-${index}`,
  labels: {
    [LABEL.name]: 'vllm',
    [LABEL.groupIndex]: String(group),
    [LABEL.groupKey]: 'dd76fe92f7d2846f7a602faf0cd091d86c5da62c',
    [LABEL.revision]: '5c5fcdfb44',
  },
  annotations: { [ANNOTATION.size]: GROUP_SIZE, [ANNOTATION.leaderName]: `vllm-${group}` },
});

/** The pods of groups of four, as the API server asks about them: plain, exclusive, with TPUs, and with TPUs in sub-groups. */
export const samplePods = (options: Pick<PodSample, 'variables' | 'hasManagedFields'>) =>
  KINDS.flatMap((kind, group) =>
    [leader(group), worker(group, 1), worker(group, 2), worker(group, 3)].map((member) =>
      pod({ ...member, ...options, ...kind, annotations: { ...kind.annotations, ...member.annotations } }),
    ),
  );

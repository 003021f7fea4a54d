const VARIABLES = 8;
const ROUNDS = 2_000;
const BATCHES = 60;
/** Low, but not the lowest: that one may be luck. */
const REPORTED = 5;

const variable = (index: number) => ({ name: `VARIABLE_${index}`, value: `value-${index}` });

const container = (name: string) => ({
  name,
  image: 'example.com/serve:1',
  command: ['/bin/sh', '-c'],
  args: ['python3 -m serve --tensor-parallel-size 8 --pipeline-parallel-size 2'],
  env: Array.from({ length: VARIABLES }, (_, index) => variable(index)),
  ports: [{ containerPort: 8080, protocol: 'TCP' }],
  resources: {
    limits: { 'nvidia.com/gpu': '8', memory: '1Ti' },
    requests: { 'nvidia.com/gpu': '8', memory: '1Ti' },
  },
  volumeMounts: [
    { name: 'shm', mountPath: '/dev/shm' },
    { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  ],
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
});

const labels = Object.fromEntries(
  Array.from({ length: VARIABLES }, (_, index) => [`example.com/label-${index}`, `${index}`]),
);

const REVIEW = JSON.stringify({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid: '00000000-0000-0000-0000-000000000000',
    operation: 'CREATE',
    name: 'vllm-0-1',
    namespace: 'default',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    userInfo: { username: 'system:serviceaccount:kube-system:statefulset-controller' },
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'vllm-0-1', namespace: 'default', labels },
      spec: {
        containers: [container('serve')],
        volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '15Gi' } }],
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
      },
    },
  },
});

const batch = (): number => {
  const before = process.cpuUsage();
  let length = 0;
  for (let round = 0; round < ROUNDS; round += 1) length += JSON.stringify(JSON.parse(REVIEW)).length;
  const { user, system } = process.cpuUsage(before);
  if (length !== ROUNDS * REVIEW.length) throw new Error('the yardstick is bent');
  return (user + system) / ROUNDS;
};

/**
 * What one JSON round trip of an admission review of 1.8 KB costs here and now, in microseconds of CPU: costs in this unit can be compared
 * between machines, and between a quiet and a busy hour of one machine.
 */
export const measureYardstick = (): number => {
  const batches = Array.from({ length: BATCHES }, batch).sort((a, b) => a - b);
  return batches[REPORTED] ?? NaN;
};

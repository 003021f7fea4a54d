import t from 'tap';
import type { Container, PodSpec, ResourceList } from '../../src/api/kubernetes.ts';
import { podRequests } from '../../src/core/pod-requests.ts';
import { formatQuantity } from '../../src/core/quantity/format-quantity.ts';

const container = (requests: ResourceList, rest: Partial<Container> = {}): Container => ({
  name: 'c',
  resources: { requests },
  ...rest,
});
const sidecar = (requests: ResourceList): Container => container(requests, { restartPolicy: 'Always' });

type Case = { readonly title: string; readonly spec: PodSpec; readonly expected: Readonly<Record<string, string>> };

const CASES: readonly Case[] = [
  {
    title: 'containers run together, so their requests add up',
    spec: { containers: [container({ cpu: '100m', memory: '1Gi' }), container({ cpu: '1', 'example.com/gpu': 8 })] },
    expected: { cpu: '1100m', memory: '1Gi', 'example.com/gpu': '8' },
  },
  {
    title: 'limits count nothing',
    spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] },
    expected: {},
  },
  {
    title: 'an init container that needs more decides',
    spec: {
      containers: [container({ cpu: '1', memory: '2' })],
      initContainers: [container({ cpu: '3', memory: '1' })],
    },
    expected: { cpu: '3', memory: '2' },
  },
  {
    title: 'sidecars run beside the containers',
    spec: { containers: [container({ cpu: '1' })], initContainers: [sidecar({ cpu: '2' }), sidecar({ cpu: '3' })] },
    expected: { cpu: '6' },
  },
  {
    title: 'an init container runs beside the sidecars before it, not those after it',
    spec: {
      containers: [container({ cpu: '1' })],
      initContainers: [sidecar({ cpu: '2' }), container({ cpu: '5' }), sidecar({ cpu: '1' })],
    },
    expected: { cpu: '7' },
  },
  {
    title: 'pod-level requests replace those of the containers, for the resources that may be set so',
    spec: {
      containers: [container({ cpu: '1', memory: '1Gi', 'example.com/gpu': 1 })],
      resources: { requests: { cpu: '4', 'hugepages-2Mi': '2Mi', 'example.com/gpu': 9 } },
    },
    expected: { cpu: '4', memory: '1Gi', 'example.com/gpu': '1', 'hugepages-2Mi': '2Mi' },
  },
  {
    title: 'overhead comes on top of everything',
    spec: {
      containers: [container({ cpu: '1' })],
      resources: { requests: { cpu: '4' } },
      overhead: { cpu: '250m', memory: '64Mi' },
    },
    expected: { cpu: '4250m', memory: '64Mi' },
  },
  {
    title: 'what is no quantity is not counted',
    spec: { containers: [container({ cpu: 'many', memory: '1' })] },
    expected: { memory: '1' },
  },
];

for (const { title, spec, expected } of CASES)
  void t.test(title, (t) => {
    const requests = Object.entries(podRequests({ spec })).map(([name, value]) => [name, formatQuantity(value)]);
    t.strictSame(Object.fromEntries(requests), expected);
    t.end();
  });

void t.test('a template without a spec requests nothing', (t) => {
  t.strictSame(podRequests({}), {});
  t.end();
});

import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import { formatFieldError } from '../../src/core/admission/field-error.ts';
import { validateLeaderWorkerSet } from '../../src/core/admission/leader-worker-set/validate.ts';
import type { Loose } from '../../src/core/admission/loose.ts';

type LooseSet = Loose<LeaderWorkerSet>;

const CONTAINER = { name: 'c', image: 'i' };
const TOPOLOGY = 'leaderworkerset.sigs.k8s.io/exclusive-topology';
const SUB_TOPOLOGY = 'leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology';

const set = (spec: object, group: object, metadata: object = {}): LooseSet => ({
  metadata: { name: 'llm', namespace: 'default', ...metadata },
  spec: {
    replicas: 2,
    rolloutStrategy: { rollingUpdateConfiguration: { maxUnavailable: 1, maxSurge: 0, partition: 0 } },
    ...spec,
    leaderWorkerTemplate: { size: 4, workerTemplate: { spec: { containers: [CONTAINER] } }, ...group },
  },
});

const rolling = (fields: object): object => ({ rolloutStrategy: { rollingUpdateConfiguration: fields } });
const sized = (subGroupSize?: number, type = 'LeaderWorker'): object => ({
  subGroupPolicy: { subGroupPolicyType: type, ...(subGroupSize === undefined ? {} : { subGroupSize }) },
});
const withContainer = (container: object, spec: object = {}): object => ({
  workerTemplate: { spec: { containers: [{ ...CONTAINER, ...container }], ...spec } },
});
const TPU = { resources: { limits: { 'google.com/tpu': '4' } } };
const TERM = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'rack' }] };

/** Sets that between them break every rule, and deserve every warning, that the page has; with the set before where it is an update. */
const SETS: readonly (readonly [LooseSet, LooseSet?])[] = [
  [set({}, {}, { name: '2llm' })],
  [set({}, {}, { name: 'l'.repeat(52) })],
  [set({ replicas: 1_000_001 }, { size: 1 })],
  [set({ replicas: 1_000_000 }, { size: 10_000 })],
  [set({}, { size: 0 })],
  [set(rolling({ maxUnavailable: 0, maxSurge: 0 }), {})],
  [set(rolling({ maxUnavailable: '101%', maxSurge: 0 }), {})],
  [set(rolling({ maxUnavailable: 'one', maxSurge: 0 }), {})],
  [set({}, { size: 6, ...sized(4) })],
  [set({}, sized(2, 'LeaderExcluded'))],
  [set({}, sized(8))],
  [set({}, sized())],
  [set({}, sized(2)), set({}, sized(4))],
  [set({}, sized(2)), set({}, {})],
  [set({}, {}), set({}, sized(2))],
  [set({}, {}, { annotations: { [SUB_TOPOLOGY]: 'rack' } })],
  [set({ networkConfig: {} }, {}), set({ networkConfig: { subdomainPolicy: 'Shared' } }, {})],
  [set({}, { workerTemplate: { metadata: { labels: { 'leaderworkerset.sigs.k8s.io/name': 'x' } }, spec: {} } })],
  [set({}, withContainer({ env: [{ name: 'LWS_GROUP_SIZE', value: '1' }] }))],
  [set({}, withContainer({ env: [{ name: 'A' }, { name: 'A' }] }))],
  [set({}, { volumeClaimTemplates: [{ metadata: { name: 'd' } }] }), set({}, {})],
  [set({}, {}, { annotations: { [TOPOLOGY]: 'rack' } }), set({}, {})],
  [set({ replicas: 11 }, {}, { name: 'l'.repeat(50) }), set({}, {}, { name: 'l'.repeat(50) })],
  [
    set({}, withContainer({}, { affinity: { podAffinity: TERM, podAntiAffinity: TERM } }), {
      annotations: { [TOPOLOGY]: 'rack' },
    }),
  ],
  [set({}, sized(2), { annotations: { [TOPOLOGY]: 'rack', [SUB_TOPOLOGY]: 'rack' } })],
  [set(rolling({ maxUnavailable: 1, maxSurge: 5 }), {})],
  [set({}, { size: 5, ...withContainer(TPU), leaderTemplate: { spec: { containers: [CONTAINER] } }, ...sized(5) })],
  [set({}, { size: 5, ...withContainer(TPU), ...sized(2, 'LeaderExcluded') })],
];

/** Every refusal and every warning that these sets get. */
export const PROBLEM_MESSAGES: readonly string[] = SETS.flatMap(([next, previous]) => {
  const { errors, warnings } = validateLeaderWorkerSet(next, previous);
  return [...errors.map(formatFieldError), ...warnings];
});

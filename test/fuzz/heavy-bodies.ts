import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';

/** A review that is as much work as a body can make, and the code of its answer. */
export type HeavyBody = {
  readonly title: string;
  readonly path: string;
  readonly body: Buffer;
  readonly code: 200 | 403 | 413;
};

type Objects = { readonly object: unknown; readonly oldObject?: unknown; readonly beside?: unknown };

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const keys = (count: number, prefix: string): object =>
  Object.fromEntries(times(count, (i) => [`${prefix}${i}`, 'v'] as const));

const set = (workerTemplate: object): object => ({
  metadata: { namespace: 'default', name: 'a' },
  spec: { leaderWorkerTemplate: { size: 2, workerTemplate } },
});

const withVariables = (count: number, last = 'v'): object =>
  set({
    spec: {
      containers: [{ name: 'a', env: times(count, (i) => ({ name: `V${i}`, value: i < count - 1 ? 'v' : last })) }],
    },
  });

const pod = (containers: readonly object[]): object => ({
  metadata: {
    namespace: 'default',
    name: 'a-0',
    labels: { [LABEL.name]: 'a', [LABEL.workerIndex]: '0' },
    annotations: { [ANNOTATION.size]: '2' },
  },
  spec: { containers },
});

const heavy = (title: string, path: string, code: HeavyBody['code'], { beside, ...objects }: Objects): HeavyBody => {
  const request = { uid: 'u', operation: objects.oldObject === undefined ? 'CREATE' : 'UPDATE', ...objects };
  const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request, beside };
  return { title, path, code, body: Buffer.from(JSON.stringify(review)) };
};

const VALIDATE = WEBHOOK_PATH.validateLeaderWorkerSet;
const RESERVED = 'leaderworkerset.sigs.k8s.io/k';

/** Bodies that once kept everybody else waiting, each as large as it is still read, or larger. */
export const heavyBodies = (): HeavyBody[] => [
  heavy('100,000 reserved labels', VALIDATE, 413, { object: set({ metadata: { labels: keys(100_000, RESERVED) } }) }),
  heavy('14,000 reserved labels', VALIDATE, 200, { object: set({ metadata: { labels: keys(14_000, RESERVED) } }) }),
  heavy('90,000 names of fields', VALIDATE, 413, { object: set({}), beside: keys(90_000, 'k') }),
  heavy('14,000 names of fields', VALIDATE, 200, { object: set({}), beside: keys(14_000, 'k') }),
  heavy('14,000 names in as many objects', VALIDATE, 200, {
    object: set({}),
    beside: times(14_000, (i) => ({ [`k${i}`]: 1 })),
  }),
  heavy('29,000 variables', VALIDATE, 200, { object: withVariables(29_000) }),
  heavy('14,000 variables, the last of which changes', VALIDATE, 200, {
    object: withVariables(14_000),
    oldObject: withVariables(14_000, 'w'),
  }),
  heavy('a pod of 15,000 containers', WEBHOOK_PATH.mutatePod, 403, {
    object: pod(times(15_000, () => ({ env: [{ name: 'LWS_GROUP_SIZE' }] }))),
  }),
];

import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';
import { samplePods } from './sample-pod.ts';
import { sampleSet } from './sample-set.ts';

export type Kind = {
  readonly name: string;
  /** Whole HTTP requests, to be sent one after another, over and over. */
  readonly requests: readonly Buffer[];
  readonly meanBytes: number;
  /** How many yardsticks of CPU a review may cost, where that has been agreed. */
  readonly target?: number;
};

type Question = { readonly path: string; readonly object: unknown; readonly oldObject?: unknown };

const review = ({ object, oldObject = null }: Question, index: number): string =>
  JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      operation: oldObject === null ? 'CREATE' : 'UPDATE',
      namespace: 'default',
      userInfo: {
        username: 'system:serviceaccount:kube-system:statefulset-controller',
        groups: ['system:authenticated'],
      },
      object,
      oldObject,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  });

/** With the headers that the API server's client sends. */
const httpRequest = (path: string, body: string): Buffer =>
  Buffer.from(
    `POST ${path}?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: ${Buffer.byteLength(body)}\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n${body}`,
  );

const kind = (name: string, questions: readonly Question[], target?: number): Kind => {
  const bodies = questions.map(review);
  return {
    name,
    requests: questions.map(({ path }, i) => httpRequest(path, bodies[i] ?? '')),
    meanBytes: bodies.reduce((total, body) => total + Buffer.byteLength(body), 0) / bodies.length,
    ...(target === undefined ? {} : { target }),
  };
};

const SMALL = { variables: 1, hasLeaderTemplate: false };
const LARGE = { variables: 24, hasLeaderTemplate: true };
const HUGE = { variables: 1_810, hasLeaderTemplate: true };

const pods = (options: Parameters<typeof samplePods>[0]): Question[] =>
  samplePods(options).map((object) => ({ path: WEBHOOK_PATH.mutatePod, object }));

/** Realistic reviews, by what is asked and how large it is. The first two are those that the targets speak of. */
export const admissionCorpus = (): Kind[] => [
  kind('pod mutate', pods({ variables: 4, hasManagedFields: false }), 13),
  kind('set validate', [{ path: WEBHOOK_PATH.validateLeaderWorkerSet, object: sampleSet(SMALL) }], 7),
  kind('set default', [{ path: WEBHOOK_PATH.defaultLeaderWorkerSet, object: sampleSet(SMALL) }]),
  kind('pod mutate, large', pods({ variables: 24, hasManagedFields: true })),
  kind('set update, large', [
    { path: WEBHOOK_PATH.validateLeaderWorkerSet, object: sampleSet(LARGE, 4), oldObject: sampleSet(LARGE) },
  ]),
  kind('set validate, huge', [{ path: WEBHOOK_PATH.validateLeaderWorkerSet, object: sampleSet(HUGE) }]),
];

import { readFileSync } from 'node:fs';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';

/** A review that the API server might send. */
export type SampleReview = { readonly path: string; readonly review: unknown };

type Recording = { readonly operation: string; readonly object: unknown; readonly oldObject?: unknown };

const SOURCES = {
  pod: WEBHOOK_PATH.mutatePod,
  default: WEBHOOK_PATH.defaultLeaderWorkerSet,
  validate: WEBHOOK_PATH.validateLeaderWorkerSet,
};

const readRecordings = (name: string): Recording[] =>
  readFileSync(new URL(`../core/admission/recordings/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recording);

/** Every recorded request to a webhook, as a review. */
export const sampleReviews = (): SampleReview[] =>
  Object.entries(SOURCES).flatMap(([name, path]) =>
    readRecordings(name).map(({ operation, object, oldObject }) => ({
      path,
      review: {
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        request: { uid: 'u', operation, object, ...(oldObject === undefined ? {} : { oldObject }) },
      },
    })),
  );

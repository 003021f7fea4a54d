import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import { ADMISSION_REVIEW } from '../api/admission-review.ts';
import type { Shape } from '../core/admission/shape.ts';
import { findShapeMismatch } from '../core/admission/shape.ts';
import { failed } from './admission-response.ts';
import { findExcess } from './find-excess.ts';

export type ReadReview =
  | { readonly kind: 'review'; readonly apiVersion: string; readonly request: AdmissionRequest }
  | { readonly kind: 'failure'; readonly response: AdmissionResponse };

type Envelope = {
  readonly apiVersion?: string | null;
  readonly kind?: string | null;
  readonly request?: { readonly [Key in keyof AdmissionRequest]?: AdmissionRequest[Key] | null } | null;
};

const ENVELOPE: Shape = {
  fields: [
    ['apiVersion', 'string'],
    ['kind', 'string'],
    [
      'request',
      {
        fields: [
          ['uid', 'string'],
          ['operation', 'string'],
        ],
      },
    ],
  ],
};

const LONGEST_MESSAGE = 1_024;

/** What is wrong may be as long as the body; an answer is not. */
const fail = (message: string): ReadReview => ({
  kind: 'failure',
  response: failed(400, message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message),
});

const parse = (body: Buffer): { readonly value: unknown } | { readonly problem: string } => {
  try {
    return { value: JSON.parse(body.toString()) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const openEnvelope = ({ apiVersion, kind, request }: Envelope): ReadReview => {
  const version = apiVersion ?? ADMISSION_REVIEW.versions[0];
  if ((kind ?? ADMISSION_REVIEW.kind) !== ADMISSION_REVIEW.kind || !ADMISSION_REVIEW.versions.includes(version)) {
    return fail(
      `the request body must be ${ADMISSION_REVIEW.kind} of ${ADMISSION_REVIEW.versions.join(' or ')}, but is ${kind ?? ADMISSION_REVIEW.kind} of ${version}`,
    );
  }
  const { uid, operation, object, oldObject } = request ?? {};
  return {
    kind: 'review',
    apiVersion: version,
    request: { uid: uid ?? '', operation: operation ?? '', object, oldObject },
  };
};

/** Reads the body of a request to a webhook; a failure says why it is no AdmissionReview. */
export const readReview = (body: Buffer | undefined, contentType: string | undefined): ReadReview => {
  if (body === undefined || body.length === 0) return fail('request body is empty');
  if (contentType !== 'application/json') return fail(`contentType=${contentType ?? ''}, expected application/json`);
  const excess = findExcess(body);
  if (excess !== undefined)
    return { kind: 'failure', response: failed(413, `the request body is too large: ${excess}`) };
  const parsed = parse(body);
  if ('problem' in parsed) return fail(`the request body is not valid JSON: ${parsed.problem}`);
  if (parsed.value === null) return fail('the request body is null: it must be an AdmissionReview');
  const mismatch = findShapeMismatch(parsed.value, ENVELOPE);
  if (mismatch !== undefined) return fail(`the request body is not an AdmissionReview: ${mismatch}`);
  // The shape has just been checked.
  return openEnvelope(parsed.value as Envelope);
};

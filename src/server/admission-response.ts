import type { AdmissionResponse } from '../api/admission-review.ts';
import type { PatchOperation } from '../core/admission/patch-operation.ts';

/** The object is fine as it is. */
export const ALLOWED: AdmissionResponse = { allowed: true, status: { metadata: {}, code: 200 } };

/** The object is fine, but the user should know something. */
export const allowedWith = (warnings: readonly string[]): AdmissionResponse =>
  warnings.length === 0 ? ALLOWED : { ...ALLOWED, warnings };

/** The object is fine once it has been changed so. */
export const patched = (operations: readonly PatchOperation[]): AdmissionResponse => {
  if (operations.length === 0) return ALLOWED;
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { ...ALLOWED, patch, patchType: 'JSONPatch' };
};

/** The object is against the rules. */
export const forbidden = (message: string): AdmissionResponse => ({
  allowed: false,
  status: { metadata: {}, message, reason: 'Forbidden', code: 403 },
});

/** The review cannot be carried out: `code` 400 blames the request, 413 its size, 500 this server. */
export const failed = (code: 400 | 413 | 500, message: string): AdmissionResponse => ({
  allowed: false,
  status: { metadata: {}, message, code },
});

const ALLOWED_TEXT = JSON.stringify(ALLOWED);

const writeResponse = (response: AdmissionResponse): string =>
  response === ALLOWED ? ALLOWED_TEXT : JSON.stringify(response);

/** The text of the whole AdmissionReview that answers a request. It is put together, as most answers are the same but for the identifier. */
export const writeReview = (apiVersion: string, uid: string, response: AdmissionResponse): string =>
  `{"kind":"AdmissionReview","apiVersion":"${apiVersion}","response":{"uid":${JSON.stringify(uid)},${writeResponse(response).slice(1)}}`;

/** The text of the answer to something that is no AdmissionReview. */
export const writeEarlyFailure = (response: AdmissionResponse): string =>
  JSON.stringify({ response: { uid: '', ...response } });

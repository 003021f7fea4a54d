import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import type { Pod } from '../api/kubernetes.ts';
import { mutatePod } from '../core/admission/pod/mutate.ts';
import { POD_SHAPE } from '../core/admission/pod/shape.ts';
import { ALLOWED, failed, forbidden, patched } from './admission-response.ts';
import type { AdmissionOptions } from './admission-routes.ts';
import { decodeObject } from './decode-object.ts';
import { reviewByOperation } from './review-by-operation.ts';

/** Gives a pod of a group its identity, its placement and its environment. */
export const mutateGroupPod = (
  { operation, object }: AdmissionRequest,
  options: AdmissionOptions,
): AdmissionResponse => {
  if (operation === 'DELETE') return ALLOWED;
  const pod = decodeObject<Pod>(object, POD_SHAPE);
  if (pod.failure !== undefined) return pod.failure;
  const mutation = mutatePod(pod.object, options);
  return mutation.kind === 'refusal' ? forbidden(mutation.message) : patched(mutation.operations);
};

const isThere = (object: unknown): AdmissionResponse =>
  (object ?? null) === null ? failed(400, 'there is no content to decode') : ALLOWED;

const VALIDATION = {
  create: ({ object }: AdmissionRequest) => isThere(object),
  update: ({ object, oldObject }: AdmissionRequest) => isThere(object && oldObject),
};

/** Upstream: registered and served, though pods are never refused here. */
export const validateGroupPod = (request: AdmissionRequest): AdmissionResponse =>
  reviewByOperation(request, VALIDATION);

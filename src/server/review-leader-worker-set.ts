import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { formatFieldErrors } from '../core/admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../core/admission/leader-worker-set/default.ts';
import { LEADER_WORKER_SET_SHAPE } from '../core/admission/leader-worker-set/shape.ts';
import type { Verdict } from '../core/admission/leader-worker-set/validate.ts';
import { validateLeaderWorkerSet } from '../core/admission/leader-worker-set/validate.ts';
import { ALLOWED, allowedWith, forbidden, patched } from './admission-response.ts';
import { decodeObject } from './decode-object.ts';
import { reviewByOperation } from './review-by-operation.ts';

const decodeSet = (object: unknown) => decodeObject<LeaderWorkerSet>(object, LEADER_WORKER_SET_SHAPE);

const answer = ({ errors, warnings }: Verdict): AdmissionResponse =>
  errors.length === 0 ? allowedWith(warnings) : forbidden(formatFieldErrors(errors));

/** Gives a LeaderWorkerSet its defaults. */
export const defaultSet = ({ operation, object }: AdmissionRequest): AdmissionResponse => {
  if (operation === 'DELETE') return ALLOWED;
  const set = decodeSet(object);
  return set.failure ?? patched(defaultLeaderWorkerSet(set.object));
};

const validateCreation = ({ object }: AdmissionRequest): AdmissionResponse => {
  const set = decodeSet(object);
  return set.failure ?? answer(validateLeaderWorkerSet(set.object));
};

const validateUpdate = ({ object, oldObject }: AdmissionRequest): AdmissionResponse => {
  const set = decodeSet(object);
  if (set.failure !== undefined) return set.failure;
  const previous = decodeSet(oldObject);
  return previous.failure ?? answer(validateLeaderWorkerSet(set.object, previous.object));
};

const VALIDATION = { create: validateCreation, update: validateUpdate };

/** Refuses a LeaderWorkerSet that breaks a rule, and warns of what one that is admitted will suffer from. */
export const validateSet = (request: AdmissionRequest): AdmissionResponse => reviewByOperation(request, VALIDATION);

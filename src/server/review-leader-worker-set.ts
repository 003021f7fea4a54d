import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { formatFieldError, joinProblems } from '../core/admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../core/admission/leader-worker-set/default.ts';
import { LEADER_WORKER_SET_SHAPE } from '../core/admission/leader-worker-set/shape.ts';
import type { Verdict } from '../core/admission/leader-worker-set/validate.ts';
import { validateLeaderWorkerSet } from '../core/admission/leader-worker-set/validate.ts';
import type { PolicyOutcome } from '../core/admission/policy/policy-outcome.ts';
import { ALLOWED, allowedWith, forbidden, patched } from './admission-response.ts';
import { decodeObject } from './decode-object.ts';
import type { PolicyReviewer } from './policy-reviewer.ts';
import { reviewByOperation } from './review-by-operation.ts';

type PolicyOptions = { readonly reviewPolicies?: PolicyReviewer };

const NO_OBJECTION: PolicyOutcome = { denials: [], warnings: [] };

type Validate = (request: AdmissionRequest, options: PolicyOptions) => AdmissionResponse;

const decodeSet = (object: unknown) => decodeObject<LeaderWorkerSet>(object, LEADER_WORKER_SET_SHAPE);

const answer = ({ errors, warnings }: Verdict, policies: PolicyOutcome): AdmissionResponse => {
  if (errors.length === 0 && policies.denials.length === 0) return allowedWith(warnings.concat(policies.warnings));
  return forbidden(joinProblems([...errors.map(formatFieldError), ...policies.denials]));
};

/** Gives a LeaderWorkerSet its defaults. */
export const defaultSet = ({ operation, object }: AdmissionRequest): AdmissionResponse => {
  if (operation === 'DELETE') return ALLOWED;
  const set = decodeSet(object);
  return set.failure ?? patched(defaultLeaderWorkerSet(set.object));
};

const validateCreation: Validate = ({ object }, { reviewPolicies }) => {
  const set = decodeSet(object);
  return set.failure ?? answer(validateLeaderWorkerSet(set.object), reviewPolicies?.(set.object) ?? NO_OBJECTION);
};

const validateUpdate: Validate = ({ object, oldObject }, { reviewPolicies }) => {
  const set = decodeSet(object);
  if (set.failure !== undefined) return set.failure;
  const previous = decodeSet(oldObject);
  if (previous.failure !== undefined) return previous.failure;
  return answer(
    validateLeaderWorkerSet(set.object, previous.object),
    reviewPolicies?.(set.object, previous.object) ?? NO_OBJECTION,
  );
};

/** Refuses a LeaderWorkerSet that breaks a rule or a policy, and warns of what one that is admitted will suffer from. */
export const validateSet = (request: AdmissionRequest, options: PolicyOptions): AdmissionResponse =>
  reviewByOperation(request, {
    create: (creation) => validateCreation(creation, options),
    update: (update) => validateUpdate(update, options),
  });

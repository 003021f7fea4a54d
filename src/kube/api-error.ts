import type { Status } from '../api/kubernetes.ts';

/** What a Status says beyond its reason: which object, which fields, when to come back. */
export type StatusDetails = {
  readonly name?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
};

export type ApiErrorOptions = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly details?: StatusDetails | undefined;
};

/** The API server answered, and the answer is a refusal. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** Kubernetes' word for the kind of refusal, as `Conflict`; empty when the server gave none. */
  readonly reason: string;
  /** How long the server asked us to wait before the next try. */
  readonly retryAfterMs: number | undefined;
  readonly details: StatusDetails | undefined;

  constructor(options: ApiErrorOptions) {
    super(options.message);
    this.code = options.code;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}

/** Turns a Status, from an answer or from an ERROR event of a watch, into an error. */
export const apiErrorFromStatus = (
  status: Status & { readonly details?: StatusDetails },
  answer: { readonly code?: number; readonly retryAfterMs?: number | undefined } = {},
): ApiError => {
  const code = status.code ?? answer.code ?? 500;
  const seconds = status.details?.retryAfterSeconds ?? 0;
  return new ApiError({
    code,
    reason: status.reason ?? '',
    message: status.message ?? `the API server answered ${code} without a message`,
    details: status.details,
    retryAfterMs: answer.retryAfterMs ?? (seconds > 0 ? seconds * 1000 : undefined),
  });
};

const hasCode = (error: unknown, code: number): boolean => error instanceof ApiError && error.code === code;

/** True when the object (or the kind) does not exist. */
export const isNotFound = (error: unknown): boolean => hasCode(error, 404);

/** True when a create found an object of that name. */
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 409 && error.reason === 'AlreadyExists';

/** True when somebody else wrote first, or a uid or resourceVersion precondition failed; AlreadyExists is not one. */
export const isConflict = (error: unknown): boolean => hasCode(error, 409) && !isAlreadyExists(error);

/** True when a resourceVersion or continue token is too old to go on from. */
export const isGone = (error: unknown): boolean => hasCode(error, 410);

/** True when the object breaks a rule of its kind. */
export const isInvalid = (error: unknown): boolean => hasCode(error, 422);

/** True when our account may not do this, or an admission policy forbids it. */
export const isForbidden = (error: unknown): boolean => hasCode(error, 403);

/** True when the API server asked us to slow down. */
export const isTooManyRequests = (error: unknown): boolean => hasCode(error, 429);

/** True when the namespace is going away, so that nothing can be created in it any more. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ApiError && error.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;

import type { IncomingHttpHeaders } from 'node:http';
import type { Status } from '../api/kubernetes.ts';
import { ApiError, apiErrorFromStatus } from './api-error.ts';
import type { StatusDetails } from './api-error.ts';

/** How much of a body that is no Status goes into an error message. */
const EXCERPT_CHARACTERS = 200;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isStatus = (value: unknown): value is Status & { details?: StatusDetails } =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';

const retryAfterMs = (headers: IncomingHttpHeaders): number | undefined => {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
};

/** The error that a refusal of the API server, or of a proxy before it, stands for. */
export const errorFromAnswer = (code: number, headers: IncomingHttpHeaders, text: string): ApiError => {
  const body = parse(text);
  const asked = retryAfterMs(headers);
  if (!isStatus(body)) {
    const excerpt = text.trim().slice(0, EXCERPT_CHARACTERS);
    return new ApiError({
      code,
      reason: '',
      message: excerpt || `the API server answered ${code}`,
      retryAfterMs: asked,
    });
  }
  return apiErrorFromStatus(body, { code, retryAfterMs: asked });
};

/** The value of a successful answer's JSON; throws when it is none. */
export const valueFromAnswer = (text: string): unknown => {
  const value = parse(text);
  if (value === undefined) throw new Error('the API server answered with something that is not JSON');
  return value;
};

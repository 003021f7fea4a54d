import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import { LABEL } from '../api/labels.ts';
import type { Logger } from '../telemetry/logger.ts';
import { withoutValues } from './without-values.ts';

/** Names are no longer than this; what is longer came from nobody who should fill the log. */
const LONGEST_NAME = 253;

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : undefined;

/** What the object is called: a pod by its set and group as well. */
const namesOf = ({ object, oldObject }: AdmissionRequest): object => {
  const metadata = member(object ?? oldObject, 'metadata');
  const labels = member(metadata, 'labels');
  const set = text(member(labels, LABEL.name));
  return {
    namespace: text(member(metadata, 'namespace')),
    name: text(member(metadata, 'name')) ?? text(member(metadata, 'generateName')),
    ...(set === undefined ? {} : { set, group: text(member(labels, LABEL.groupIndex)) }),
  };
};

/** Writes one line about a review: a refusal at level info, anything else at debug. It names the object and holds nothing else of it. */
export const logReview = (
  logger: Logger,
  webhook: string,
  request: AdmissionRequest,
  response: AdmissionResponse,
): void => {
  if (response.allowed && !logger.isDebugEnabled) return;
  const { operation, uid } = request;
  const { code, message } = response.status;
  const fields = {
    webhook,
    operation: text(operation),
    uid: text(uid),
    ...namesOf(request),
    allowed: response.allowed,
    code,
  };
  if (response.allowed) logger.debug(fields, 'reviewed');
  else logger.info({ ...fields, because: withoutValues(message) }, 'refused');
};

import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import { goQuote } from '../core/admission/go-text.ts';
import { ALLOWED, failed } from './admission-response.ts';

type Validation = {
  readonly create: (request: AdmissionRequest) => AdmissionResponse;
  readonly update: (request: AdmissionRequest) => AdmissionResponse;
};

/** Validates what is created or updated. Deletion is always allowed, as long as the request says of what. */
export const reviewByOperation = (request: AdmissionRequest, { create, update }: Validation): AdmissionResponse => {
  switch (request.operation) {
    case 'CREATE':
      return create(request);
    case 'UPDATE':
      return update(request);
    case 'DELETE':
      return (request.oldObject ?? null) === null ? failed(400, 'there is no content to decode') : ALLOWED;
    case 'CONNECT':
      return ALLOWED;
    default:
      return failed(400, `unknown operation ${goQuote(request.operation)}`);
  }
};

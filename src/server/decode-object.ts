import type { AdmissionResponse } from '../api/admission-review.ts';
import type { Loose } from '../core/admission/loose.ts';
import type { Shape } from '../core/admission/shape.ts';
import { findShapeMismatch } from '../core/admission/shape.ts';
import { failed } from './admission-response.ts';

export type Decoded<T> =
  { readonly object: Loose<T>; readonly failure?: undefined } | { readonly failure: AdmissionResponse };

/** Takes an object of a review for a T, after a look at the types that the shape names; a failure says which is wrong. */
export const decodeObject = <T>(object: unknown, shape: Shape): Decoded<T> => {
  if (object === undefined || object === null) return { failure: failed(400, 'there is no content to decode') };
  const mismatch = findShapeMismatch(object, shape);
  // All that is read of the object has been checked; the rest of T is never looked at.
  return mismatch === undefined ? { object: object as Loose<T> } : { failure: failed(400, mismatch) };
};

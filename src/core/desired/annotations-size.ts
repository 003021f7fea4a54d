import type { StringMap } from '../../api/kubernetes.ts';

/** What all annotations of an object may take together. The API server refuses more. */
export const MOST_ANNOTATIONS_BYTES = 262_144;

/** What annotations take, as the API server counts. */
export const annotationsBytes = (annotations: StringMap = {}): number =>
  Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);

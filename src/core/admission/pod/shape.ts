import { POD_SPEC_SHAPE } from '../pod-spec-shape.ts';
import type { Shape } from '../shape.ts';

const METADATA: Shape = {
  fields: [
    ['name', 'string'],
    ['namespace', 'string'],
    ['labels', 'map of strings'],
    ['annotations', 'map of strings'],
  ],
};

/** The types that a pod must have for its webhook to read it. */
export const POD_SHAPE: Shape = {
  fields: [
    ['metadata', METADATA],
    ['spec', POD_SPEC_SHAPE],
  ],
};

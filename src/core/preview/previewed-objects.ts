import type { KubeObject, PersistentVolumeClaim } from '../../api/kubernetes.ts';

/** Objects that would exist, and why others would not. */
export type PreviewedObjects = {
  readonly objects: readonly (KubeObject | PersistentVolumeClaim)[];
  readonly errors: readonly string[];
};

/** The objects and errors of all parts, in their order. */
export const concatPreviews = (parts: readonly PreviewedObjects[]): PreviewedObjects => ({
  objects: parts.flatMap(({ objects }) => objects),
  errors: parts.flatMap(({ errors }) => errors),
});

import type { ObjectMeta, OwnerReference } from '../../api/kubernetes.ts';

/** The owner that controls an object, if any: at most one owner may. */
export const controllerOf = (metadata: ObjectMeta): OwnerReference | undefined =>
  metadata.ownerReferences?.find((owner) => owner.controller === true);

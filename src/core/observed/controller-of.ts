import type { ObjectMeta, OwnerReference } from '../../api/kubernetes.ts';

/** The owner that controls an object, if any: at most one owner may. */
export const controllerOf = (metadata: ObjectMeta): OwnerReference | undefined =>
  metadata.ownerReferences?.find((owner) => owner.controller === true);

/** True when `owner`, and not another object of its name, controls the object. */
export const isControlledBy = (
  object: { readonly metadata: ObjectMeta },
  owner: { readonly metadata: ObjectMeta },
): boolean => controllerOf(object.metadata)?.uid === owner.metadata.uid;

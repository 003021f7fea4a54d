import type { KubeObject, OwnerReference } from '../../api/kubernetes.ts';

/** The reference that makes `owner` the controller of an object: the object goes when its owner goes, and foreground deletion waits for it. */
export const ownerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

import type { KubeObject, ObjectRef } from '../../api/kubernetes.ts';

/** Points at an object, as an event's involved object or for a request. */
export const reference = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
});

/** Points at the very object, not at a later one of its name. */
export const exactReference = (object: KubeObject): ObjectRef & { readonly uid: string } => ({
  ...reference(object),
  uid: object.metadata.uid ?? '',
});

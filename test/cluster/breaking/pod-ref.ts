/** What names a pod. */
export interface PodRef {
  namespace: string;
  name: string;
}

/** Returns the reference by which the client addresses a pod. */
export const podRef = ({ namespace, name }: PodRef) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name },
});

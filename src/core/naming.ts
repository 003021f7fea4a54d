import { hash } from 'node:crypto';

const sha1 = (text: string): string => hash('sha1', text);

/** Name of the leader pod of a group, which its worker StatefulSet and its own Service share. */
export const leaderName = (setName: string, groupIndex: number): string => `${setName}-${groupIndex}`;

/** Identifies a group within the cluster: 40 hexadecimal digits. */
export const groupKey = (namespace: string, leaderPodName: string): string => sha1(`${namespace}/${leaderPodName}`);

/** Identifies a sub-group. Upstream: without the namespace, so equal names in two namespaces share a key. */
export const subGroupKey = (leaderPodName: string, subGroupIndex: string): string =>
  sha1(`${leaderPodName}/${subGroupIndex}`);

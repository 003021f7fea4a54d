import type { ClusterClient } from './cluster-client.ts';
import type { KubeObject } from './kube-object.ts';
import { waitFor } from './wait-for.ts';

export const LWS = { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet' };
export const POD = { apiVersion: 'v1', kind: 'Pod' };
export const STATEFUL_SET = { apiVersion: 'apps/v1', kind: 'StatefulSet' };
export const SERVICE = { apiVersion: 'v1', kind: 'Service' };
export const REVISION = { apiVersion: 'apps/v1', kind: 'ControllerRevision' };
export const LABEL = 'leaderworkerset.sigs.k8s.io/';

export interface SetOptions {
  replicas?: number;
  size?: number;
  image?: string;
  annotations?: Record<string, string>;
  /** More of the spec. */
  spec?: object;
  /** More of leaderWorkerTemplate. */
  group?: object;
  /** More of the pods' spec. */
  pod?: object;
}

export interface LeaderWorkerSet extends KubeObject {
  spec: { replicas: number };
  status?: {
    observedGeneration?: number;
    readyReplicas?: number;
    replicas?: number;
    updatedReplicas?: number;
    conditions?: { type: string; status: string }[];
  };
}

/** A set of groups of one small container each. */
export const leaderWorkerSet = (namespace: string, name: string, options: SetOptions = {}) => {
  const { replicas = 2, size = 3, image = 'nginx:1', annotations = {}, spec = {}, group = {}, pod = {} } = options;
  return {
    ...LWS,
    metadata: { namespace, name, annotations },
    spec: {
      replicas,
      leaderWorkerTemplate: {
        size,
        workerTemplate: { spec: { containers: [{ name: 'worker', image }], ...pod } },
        ...group,
      },
      ...spec,
    },
  };
};

/** Whether a set's status speaks of its spec as it is now, and says Available. */
export const isAvailable = ({ metadata, status }: LeaderWorkerSet): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false);

/** Resolves to the set once it is Available with all its groups, and no others, ready. */
export const waitUntilAvailable = (client: ClusterClient, namespace: string, name: string): Promise<LeaderWorkerSet> =>
  waitFor(`Available ${namespace}/${name}`, async () => {
    const set = await client.get<LeaderWorkerSet>({ ...LWS, metadata: { namespace, name } });
    const wanted = set?.spec.replicas ?? 0;
    const { readyReplicas = 0, replicas = 0 } = set?.status ?? {};
    return set !== undefined && isAvailable(set) && readyReplicas === wanted && replicas === wanted && set;
  });

/** The pods of a set, by name. */
export const podsOf = async (
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<Map<string, KubeObject>> => {
  const pods = await client.list({ ...POD, namespace, labelSelector: `${LABEL}name=${name}` });
  return new Map(pods.map((pod) => [pod.metadata.name, pod] as const).sort(([a], [b]) => a.localeCompare(b)));
};

/** Uids of a set's pods by name. */
export const podUids = async (
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<Record<string, string>> =>
  Object.fromEntries(
    [...(await podsOf(client, namespace, name))].map(([pod, { metadata }]) => [pod, metadata.uid ?? '']),
  );

/** Everything in a namespace that a LeaderWorkerSet could have left behind. */
export const leftovers = async (client: ClusterClient, namespace: string): Promise<string[]> => {
  const lists = await Promise.all(
    [LWS, POD, STATEFUL_SET, SERVICE, REVISION].map((type) => client.list({ ...type, namespace })),
  );
  return lists.flat().map(({ kind, metadata }) => `${kind ?? ''} ${metadata.name}`);
};

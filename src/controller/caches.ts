import type { ControllerRevision, KubeObject, Pod, Service, StatefulSet } from '../api/kubernetes.ts';
import { LABEL } from '../api/labels.ts';
import { LEADER_WORKER_SET, type LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { controllerOf } from '../core/observed/controller-of.ts';
import { type ObservedPod, observePod } from '../core/observed/observed-pod.ts';
import {
  type ObservedLeaderStatefulSet,
  type ObservedStatefulSet,
  type ObservedWorkerStatefulSet,
  isWorkerStatefulSet,
  observeStatefulSet,
} from '../core/observed/observed-stateful-set.ts';
import { type Informer, type InformerMetrics, createInformer } from '../kube/informer-cache.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';

/** What the reconcilers read: never the API server itself, but for a leader's node. */
export type Caches = {
  readonly sets: Informer<LeaderWorkerSet>;
  readonly pods: Informer<ObservedPod>;
  readonly statefulSets: Informer<ObservedStatefulSet>;
  readonly services: Informer<Service>;
  readonly revisions: Informer<ControllerRevision>;
  /** Only with gang scheduling. */
  readonly podGroups: Informer<KubeObject> | undefined;
};

export type CacheOptions = {
  readonly client: RestClient;
  readonly gangScheduling: boolean;
  readonly log: Log;
  readonly metrics?: InformerMetrics | undefined;
};

/** Objects that belong to any LeaderWorkerSet: the rest of the cluster costs nothing. */
const OURS = LABEL.name;
/** ControllerRevisions of StatefulSets copy the labels of pods, and carry this one. */
const NOT_OF_STATEFUL_SETS = '!controller.kubernetes.io/hash';

/** The key of an object in queues and indexes. */
export const keyOf = (namespace: string | undefined, name: string | undefined): string =>
  `${namespace ?? ''}/${name ?? ''}`;

/** The set that an object says it belongs to. */
export const setKeyOf = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.labels?.[LABEL.name]);

/** True for a pod that is labelled as a leader. */
export const isLeader = ({ metadata }: KubeObject): boolean => metadata.labels?.[LABEL.workerIndex] === '0';

/** The group that a pod is of: a leader gives it its name, a worker finds it in the StatefulSet that made it. */
export const groupKeyOf = (pod: ObservedPod): string => {
  const owner = isLeader(pod) ? undefined : controllerOf(pod.metadata);
  return keyOf(pod.metadata.namespace, owner?.kind === 'StatefulSet' ? owner.name : pod.metadata.name);
};

/** Creates the caches; each must be run. */
export const createCaches = ({ client, gangScheduling, log, metrics }: CacheOptions): Caches => {
  const common = { client, log, ...(metrics === undefined ? {} : { metrics }) };
  return {
    sets: createInformer<LeaderWorkerSet>({ ...common, resource: LEADER_WORKER_SET }),
    pods: createInformer<ObservedPod>({
      ...common,
      resource: { apiVersion: 'v1', kind: 'Pod' },
      labelSelector: OURS,
      transform: (raw) => observePod(raw as unknown as Pod),
      indexes: {
        group: (pod) => [groupKeyOf(pod)],
        leaders: (pod) => (isLeader(pod) ? [setKeyOf(pod)] : []),
      },
    }),
    statefulSets: createInformer<ObservedStatefulSet>({
      ...common,
      resource: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
      labelSelector: OURS,
      transform: (raw) => observeStatefulSet(raw as unknown as StatefulSet),
    }),
    services: createInformer<Service>({
      ...common,
      resource: { apiVersion: 'v1', kind: 'Service' },
      labelSelector: OURS,
    }),
    revisions: createInformer<ControllerRevision>({
      ...common,
      resource: { apiVersion: 'apps/v1', kind: 'ControllerRevision' },
      labelSelector: `${OURS},${NOT_OF_STATEFUL_SETS}`,
      indexes: { set: (revision) => [setKeyOf(revision)] },
    }),
    podGroups: gangScheduling
      ? createInformer<KubeObject>({
          ...common,
          resource: { apiVersion: 'scheduling.volcano.sh/v1beta1', kind: 'PodGroup' },
          labelSelector: OURS,
        })
      : undefined,
  };
};

/** All caches there are. */
export const allCaches = (caches: Caches): Informer<KubeObject>[] =>
  Object.values(caches).filter((cache): cache is Informer<KubeObject> => cache !== undefined);

/** The leader StatefulSet of a set; one of its name that carries a group index is none. */
export const leaderStatefulSetOf = (
  caches: Caches,
  namespace: string,
  name: string,
): ObservedLeaderStatefulSet | undefined => {
  const found = caches.statefulSets.get(namespace, name);
  return found === undefined || isWorkerStatefulSet(found) ? undefined : found;
};

/** The worker StatefulSet under a leader's name, whichever leader owns it. */
export const workerStatefulSetOf = (
  caches: Caches,
  namespace: string,
  name: string,
): ObservedWorkerStatefulSet | undefined => {
  const found = caches.statefulSets.get(namespace, name);
  return found !== undefined && isWorkerStatefulSet(found) ? found : undefined;
};

import { ANNOTATION } from '../../api/labels.ts';
import type { ContainerStatus, KubeObject, ObjectMeta, Pod, PodCondition, StringMap } from '../../api/kubernetes.ts';
import { requestsTPUs } from '../admission/pod/requests-tpus.ts';

/** What reconciling needs to know of a pod: about a tenth of the pod's size. */
export type ObservedPod = KubeObject & {
  readonly nodeName?: string;
  readonly phase: string;
  /** The pod's Ready condition. */
  readonly ready: boolean;
  /** Since when it has been ready, in seconds since 1970; absent while it is not. */
  readonly readySince?: number;
  /** Restarts of all its containers, init containers and sidecars included. */
  readonly restarts: number;
  readonly requestsTPUs: boolean;
  /** It was deleted in the foreground: the garbage collector deletes all that hangs on it. */
  readonly takesDependents?: true;
};

const FOREGROUND = 'foregroundDeletion';

const KEPT_ANNOTATIONS = [
  ANNOTATION.size,
  ANNOTATION.leaderName,
  ANNOTATION.subdomainPolicy,
  ANNOTATION.podGroup,
  ANNOTATION.exclusiveTopology,
  ANNOTATION.subGroupExclusiveTopology,
] as const;

const keptAnnotations = (annotations: StringMap = {}): StringMap => {
  const kept: Record<string, string> = {};
  for (const key of KEPT_ANNOTATIONS) if (annotations[key] !== undefined) kept[key] = annotations[key];
  return kept;
};

type FullMeta = ObjectMeta & { readonly managedFields?: unknown; readonly finalizers?: readonly string[] };

const keptMetadata = (metadata: ObjectMeta): ObjectMeta => {
  const { managedFields: _, finalizers: __, ...kept } = metadata as FullMeta;
  return { ...kept, annotations: keptAnnotations(metadata.annotations) };
};

const restartsOf = (statuses: readonly ContainerStatus[] = []): number =>
  statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);

type Readiness = Pick<ObservedPod, 'ready' | 'readySince'>;

const NOT_READY: Readiness = { ready: false };

const readinessOf = (conditions: readonly PodCondition[] = []): Readiness => {
  const condition = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
  if (condition === undefined) return NOT_READY;
  const { lastTransitionTime } = condition;
  return {
    ready: true,
    ...(lastTransitionTime === undefined ? {} : { readySince: Date.parse(lastTransitionTime) / 1000 }),
  };
};

/** Reduces a pod to what reconciling needs. */
export const observePod = (pod: Pod): ObservedPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: keptMetadata(pod.metadata),
  ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
  phase: pod.status?.phase ?? 'Pending',
  ...readinessOf(pod.status?.conditions),
  restarts: restartsOf(pod.status?.initContainerStatuses) + restartsOf(pod.status?.containerStatuses),
  requestsTPUs: requestsTPUs(pod.spec),
  ...((pod.metadata as FullMeta).finalizers?.includes(FOREGROUND) === true ? { takesDependents: true } : {}),
});

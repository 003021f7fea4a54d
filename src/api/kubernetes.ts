/**
 * Kubernetes objects as they are on the wire, reduced to the fields this project reads or writes.
 * Objects pass through untouched otherwise, so each type may hold more at run time than it names here.
 */

export type StringMap = Readonly<Record<string, string>>;

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

/** metadata of any object. Absent fields are those the API server fills in. */
export type ObjectMeta = {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
};

/** Any object that the API server knows. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
};

/** Points at one object: enough for a request path or an involved object of an event. */
export type ObjectRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
};

export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
};

export type IntOrString = number | string;

export type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: object };

/** Quantities are text on the wire; a hand-written template may hold a number. */
export type ResourceList = Readonly<Record<string, string | number>>;

export type Container = {
  readonly name: string;
  readonly env?: readonly EnvVar[];
  readonly resources?: { readonly limits?: ResourceList; readonly requests?: ResourceList };
  readonly restartPolicy?: string;
};

export type LabelSelectorRequirement = {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
};

export type LabelSelector = {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
};

export type PodAffinityTerm = { readonly labelSelector?: LabelSelector; readonly topologyKey: string };

type PodAffinity = { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] };

export type PodSpec = {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly affinity?: { readonly podAffinity?: PodAffinity; readonly podAntiAffinity?: PodAffinity };
  readonly nodeSelector?: StringMap;
  readonly nodeName?: string;
  readonly subdomain?: string;
  readonly hostname?: string;
  readonly overhead?: ResourceList;
  readonly resources?: { readonly requests?: ResourceList };
  readonly volumes?: readonly { readonly name: string }[];
};

export type PodTemplateSpec = { readonly metadata?: ObjectMeta; readonly spec?: PodSpec };

export type ContainerStatus = { readonly name: string; readonly restartCount: number };

export type PodCondition = { readonly type: string; readonly status: string; readonly lastTransitionTime?: string };

export type PodStatus = {
  readonly phase?: string;
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
};

export type Pod = KubeObject & { readonly spec: PodSpec; readonly status?: PodStatus };

export type PersistentVolumeClaim = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly resources?: { readonly limits?: ResourceList; readonly requests?: ResourceList };
  };
};

export type PersistentVolumeClaimRetentionPolicy = { readonly whenDeleted?: string; readonly whenScaled?: string };

export type StatefulSetSpec = {
  readonly replicas?: number;
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly ordinals?: { readonly start?: number };
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: IntOrString };
  };
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly persistentVolumeClaimRetentionPolicy?: PersistentVolumeClaimRetentionPolicy;
};

export type StatefulSetStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
};

export type StatefulSet = KubeObject & { readonly spec: StatefulSetSpec; readonly status?: StatefulSetStatus };

export type Service = KubeObject & {
  readonly spec: {
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector?: StringMap;
  };
};

export type ControllerRevision = KubeObject & { readonly revision: number; readonly data?: unknown };

export type Node = KubeObject;

/** What the API server answers instead of an object when a request fails. */
export type Status = {
  readonly kind: 'Status';
  readonly status?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
};

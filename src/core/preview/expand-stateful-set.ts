import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../../api/kubernetes.ts';
import { ownerReference } from '../desired/owner-reference.ts';

/** A pod of a StatefulSet before admission, and the claims that are made for it. */
export type ExpandedPod = { readonly pod: Pod; readonly claims: readonly PersistentVolumeClaim[] };

/** The places of the pods to expand, from 0 on whatever the start ordinal is; the last one is included. */
export type PodRange = { readonly first: number; readonly last: number };

const claimName = (template: PersistentVolumeClaim, podName: string): string =>
  `${template.metadata?.name ?? ''}-${podName}`;

/** A StatefulSet owns the claims that shall go with it. Those that shall go when it is scaled down get an owner only then. */
const claimOwners = (statefulSet: StatefulSet): { readonly ownerReferences?: readonly OwnerReference[] } =>
  statefulSet.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
    ? { ownerReferences: [ownerReference(statefulSet)] }
    : {};

const buildClaims = (statefulSet: StatefulSet, podName: string): readonly PersistentVolumeClaim[] => {
  const { volumeClaimTemplates = [], selector } = statefulSet.spec;
  return volumeClaimTemplates.map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(template, podName),
      namespace: statefulSet.metadata.namespace ?? '',
      labels: { ...template.metadata?.labels, ...selector.matchLabels },
      ...claimOwners(statefulSet),
    },
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  }));
};

/** Claims come first, and replace volumes of the template that have their names. */
const buildVolumes = ({ spec }: StatefulSet, podName: string) => {
  const claimed = (spec.volumeClaimTemplates ?? []).map((template) => ({
    name: template.metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(template, podName) },
  }));
  const names = new Set(claimed.map(({ name }) => name));
  const own = (spec.template.spec?.volumes ?? []).filter(({ name }) => !names.has(name));
  return [...claimed, ...own];
};

const buildPod = (statefulSet: StatefulSet, ordinal: number): Pod => {
  const { template, serviceName } = statefulSet.spec;
  const name = `${statefulSet.metadata.name ?? ''}-${ordinal}`;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const volumes = buildVolumes(statefulSet, name);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: statefulSet.metadata.namespace ?? '',
      labels: {
        ...labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        'statefulset.kubernetes.io/pod-name': name,
      },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [ownerReference(statefulSet)],
    },
    spec: {
      containers: [],
      ...template.spec,
      hostname: name,
      ...(serviceName === undefined ? {} : { subdomain: serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
};

/**
 * The pods that the StatefulSet controller would create from a StatefulSet, with their claims. Left out is what only the cluster knows or adds:
 * the label controller-revision-hash, and Kubernetes' own defaults for pods and claims.
 */
export const expandStatefulSet = (statefulSet: StatefulSet, range?: PodRange): readonly ExpandedPod[] => {
  const { first, last } = range ?? { first: 0, last: (statefulSet.spec.replicas ?? 1) - 1 };
  const start = statefulSet.spec.ordinals?.start ?? 0;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const pod = buildPod(statefulSet, start + first + index);
    return { pod, claims: buildClaims(statefulSet, pod.metadata.name ?? '') };
  });
};

import type { PersistentVolumeClaim } from '../../api/kubernetes.ts';

type ClaimSpec = NonNullable<PersistentVolumeClaim['spec']>;

const keptResources = ({ limits, requests }: NonNullable<ClaimSpec['resources']> = {}): ClaimSpec['resources'] => ({
  ...(limits === undefined ? {} : { limits }),
  ...(requests === undefined ? {} : { requests }),
});

const keptSpec = ({ accessModes, resources, storageClassName, volumeMode }: ClaimSpec = {}): ClaimSpec => ({
  ...(accessModes === undefined ? {} : { accessModes }),
  ...(storageClassName === undefined ? {} : { storageClassName }),
  ...(volumeMode === undefined ? {} : { volumeMode }),
  resources: keptResources(resources) ?? {},
});

/**
 * The claim templates of a StatefulSet. Upstream: only name, access modes, class, mode and resources survive;
 * labels, annotations, selector, volume name and data sources are dropped.
 */
export const buildVolumeClaimTemplates = (
  templates: readonly PersistentVolumeClaim[],
  namespace: string,
): readonly PersistentVolumeClaim[] =>
  templates.map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: metadata?.name ?? '', namespace },
    spec: keptSpec(spec),
  }));

import type { KubeObject, Service, StringMap } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { LABEL } from '../../api/labels.ts';
import { ownerReference } from './owner-reference.ts';

const headlessService = (name: string, set: LeaderWorkerSet, owner: KubeObject, selector: StringMap): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: set.metadata.namespace ?? '',
    labels: { [LABEL.name]: set.metadata.name ?? '' },
    ownerReferences: [ownerReference(owner)],
  },
  // Workers must find their leader before it is ready.
  spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector },
});

/** The Service that gives every pod of the set a name in DNS. */
export const buildSharedService = (set: LeaderWorkerSet): Service => {
  const name = set.metadata.name ?? '';
  return headlessService(name, set, set, { [LABEL.name]: name });
};

/** The Service of one group, named like its leader and owned by it. */
export const buildGroupService = (set: LeaderWorkerSet, leader: KubeObject): Service =>
  headlessService(leader.metadata.name ?? '', set, leader, {
    [LABEL.name]: set.metadata.name ?? '',
    [LABEL.groupIndex]: leader.metadata.labels?.[LABEL.groupIndex] ?? '',
  });

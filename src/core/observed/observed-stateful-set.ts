import { ANNOTATION, LABEL } from '../../api/labels.ts';
import type { KubeObject, ObjectMeta, StatefulSet, StatefulSetStatus } from '../../api/kubernetes.ts';
import { controllerOf } from './controller-of.ts';
import type { FieldSet } from '../desired/is-applied.ts';

/** Our field manager for server-side apply. Upstream's too, so that either takes over the other's fields. */
export const FIELD_MANAGER = 'lws';

/** A worker StatefulSet without its template: it is never changed after its creation. */
export type ObservedWorkerStatefulSet = KubeObject & {
  readonly replicas: number;
  readonly status: StatefulSetStatus;
};

/** A leader StatefulSet in full, with the fields that were last applied under our name. */
export type ObservedLeaderStatefulSet = StatefulSet & { readonly appliedFields?: FieldSet };

export type ObservedStatefulSet = ObservedWorkerStatefulSet | ObservedLeaderStatefulSet;

type ManagedFields = { readonly manager?: string; readonly operation?: string; readonly fieldsV1?: FieldSet };
type ManagedMeta = ObjectMeta & { readonly managedFields?: readonly ManagedFields[] };

const isOfWorkers = (metadata: ObjectMeta): boolean =>
  metadata.labels?.[LABEL.groupIndex] !== undefined && controllerOf(metadata)?.kind !== 'LeaderWorkerSet';

const observeWorkers = (metadata: ObjectMeta, statefulSet: StatefulSet): ObservedWorkerStatefulSet => {
  const { annotations: _, ...kept } = metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: kept,
    replicas: statefulSet.spec.replicas ?? 1,
    status: statefulSet.status ?? {},
  };
};

/** Reduces a StatefulSet to what reconciling needs. */
export const observeStatefulSet = (statefulSet: StatefulSet): ObservedStatefulSet => {
  const { managedFields, ...metadata } = statefulSet.metadata as ManagedMeta;
  if (isOfWorkers(metadata)) return observeWorkers(metadata, statefulSet);
  const applied = managedFields?.find(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');
  return {
    ...statefulSet,
    metadata,
    ...(applied?.fieldsV1 === undefined ? {} : { appliedFields: applied.fieldsV1 }),
  };
};

/** Tells the StatefulSet of a group's workers from that of a set's leaders. */
export const isWorkerStatefulSet = (statefulSet: ObservedStatefulSet): statefulSet is ObservedWorkerStatefulSet =>
  isOfWorkers(statefulSet.metadata);

/** Number of groups that the last apply asked for, surge not counted; undefined when it cannot be read. */
export const appliedReplicas = (statefulSet: ObservedLeaderStatefulSet): number | undefined => {
  const text = statefulSet.metadata.annotations?.[ANNOTATION.replicas];
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;
};

import type { KubeObject, StatefulSet } from '../../api/kubernetes.ts';

/** True for a StatefulSet among objects that this project built. */
export const isStatefulSet = (object: KubeObject): object is StatefulSet => object.kind === 'StatefulSet';

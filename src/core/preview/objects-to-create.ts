import type { KubeObject } from '../../api/kubernetes.ts';
import type { Action } from '../reconcile/actions.ts';

/** The objects that actions would bring into being, in their order. */
export const objectsToCreate = (actions: readonly Action[]): readonly KubeObject[] =>
  actions.flatMap((action) => (action.kind === 'create' || action.kind === 'apply' ? [action.object] : []));

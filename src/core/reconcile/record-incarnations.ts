import { ANNOTATION } from '../../api/labels.ts';
import { MOST_ANNOTATIONS_BYTES, annotationsBytes } from '../desired/annotations-size.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';
import type { Action } from './actions.ts';
import type { ObservedLeaderWorkerSet } from './observed-set.ts';
import { exactReference } from './reference.ts';

/** Field manager of the record of incarnations: apart from ours, so that an apply neither needs nor removes it. */
const INCARNATIONS_MANAGER = 'lws-incarnations';

const write = (statefulSet: ObservedLeaderStatefulSet, text: string | null): Action => ({
  kind: 'annotate',
  object: exactReference(statefulSet),
  annotations: { [ANNOTATION.incarnations]: text },
  fieldManager: INCARNATIONS_MANAGER,
});

/** Writes the record of the groups' incarnations, or comes back when it is time to. */
export const recordIncarnations = ({ leaderStatefulSet, incarnations }: ObservedLeaderWorkerSet): Action[] => {
  if (leaderStatefulSet === undefined || incarnations === undefined) return [];
  const { text, dueInMs } = incarnations;
  return dueInMs > 0
    ? [{ kind: 'requeue', afterSeconds: dueInMs / 1000, because: 'incarnations are recorded in batches' }]
    : [write(leaderStatefulSet, text)];
};

/** Takes the record away where it leaves no room for the annotations that are about to be applied: these are the user's. It is written again as far as it fits. */
export const makeRoom = (
  { leaderStatefulSet }: ObservedLeaderWorkerSet,
  applied: Extract<Action, { kind: 'apply' }> | undefined,
): Action[] => {
  const annotations = leaderStatefulSet?.metadata.annotations;
  if (applied === undefined || leaderStatefulSet === undefined || annotations?.[ANNOTATION.incarnations] === undefined)
    return [];
  const together = { ...annotations, ...applied.object.metadata.annotations };
  return annotationsBytes(together) > MOST_ANNOTATIONS_BYTES ? [write(leaderStatefulSet, null)] : [];
};

import { ANNOTATION, LABEL } from '../../../../api/labels.ts';
import { placeExclusively } from '../exclusive-placement.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf, labelOf } from '../pod-draft.ts';

/** A group that asks for it has its topology to itself: its leader repels other groups, and its workers follow the leader. */
export const exclusiveGroup: Step = (draft) => {
  const topologyKey = annotationOf(draft.pod, ANNOTATION.exclusiveTopology);
  if (topologyKey === undefined) return undefined;
  const key = labelOf(draft, LABEL.groupKey) ?? '';
  placeExclusively(draft, { labelKey: LABEL.groupKey, key, topologyKey });
  return undefined;
};

import { ANNOTATION, LABEL } from '../../../api/labels.ts';
import { subGroupKey } from '../../naming.ts';
import { placeExclusively } from './exclusive-placement.ts';
import type { PodDraft } from './pod-draft.ts';
import { annotationOf } from './pod-draft.ts';

/** Makes a pod a member of a sub-group of this leader, with a topology of its own when the set asks for it. */
export const joinSubGroup = (draft: PodDraft, leaderName: string, index: string): void => {
  const key = subGroupKey(leaderName, index);
  draft.labels.set(LABEL.subGroupIndex, index);
  draft.labels.set(LABEL.subGroupKey, key);
  const topologyKey = annotationOf(draft.pod, ANNOTATION.subGroupExclusiveTopology);
  if (topologyKey !== undefined) placeExclusively(draft, { labelKey: LABEL.subGroupKey, key, topologyKey });
};

import { ANNOTATION, LABEL } from '../../../../api/labels.ts';
import { joinSubGroup } from '../join-sub-group.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf, labelOf } from '../pod-draft.ts';

/** A leader belongs to the first sub-group, unless it is excluded. Upstream: its sub-group size may be any text. */
export const leaderSubGroup: Step = (draft) => {
  if (annotationOf(draft.pod, ANNOTATION.subGroupSize) === undefined || labelOf(draft, LABEL.subGroupIndex)) {
    return undefined;
  }
  if (annotationOf(draft.pod, ANNOTATION.subGroupPolicyType) !== 'LeaderExcluded') joinSubGroup(draft, draft.name, '0');
  return undefined;
};

import { ANNOTATION, LABEL } from '../../../../api/labels.ts';
import type { Step } from '../pod-draft.ts';
import { labelOf } from '../pod-draft.ts';

/** With gang scheduling, every pod names the PodGroup of its group and revision. */
export const gangMembership: Step = (draft) => {
  if (!draft.isGangScheduled) return undefined;
  const parts = [LABEL.name, LABEL.groupIndex, LABEL.revision].map((key) => labelOf(draft, key) ?? '');
  draft.annotations.set(ANNOTATION.podGroup, parts.join('-'));
  return undefined;
};

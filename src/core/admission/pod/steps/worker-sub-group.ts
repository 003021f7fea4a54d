import { ANNOTATION, LABEL } from '../../../../api/labels.ts';
import { joinSubGroup } from '../join-sub-group.ts';
import { notAnInteger } from '../not-an-integer.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf, labelOf } from '../pod-draft.ts';
import { readInteger } from '../read-integer.ts';
import { subGroupIndex } from '../sub-group-index.ts';

/** A worker belongs to the sub-group that its index falls into, unless it has been given one. */
export const workerSubGroup: Step = (draft) => {
  const text = annotationOf(draft.pod, ANNOTATION.subGroupSize);
  if (text === undefined || labelOf(draft, LABEL.subGroupIndex)) return undefined;
  const subGroupSize = readInteger(text);
  if (subGroupSize === undefined) return notAnInteger('annotation', ANNOTATION.subGroupSize, text, draft.name);
  const index = subGroupIndex(draft.size, subGroupSize, BigInt(labelOf(draft, LABEL.workerIndex) ?? '0'));
  joinSubGroup(draft, annotationOf(draft.pod, ANNOTATION.leaderName) ?? '', String(index));
  return undefined;
};

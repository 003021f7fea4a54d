import { ANNOTATION } from '../../../../api/labels.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf } from '../pod-draft.ts';
import { readInteger } from '../read-integer.ts';

/** A sub-group size, where it is a number, is at least 1: pods are divided by it. Other texts are refused where the number is needed. */
export const subGroupSizePositive: Step = ({ pod, name }) => {
  const subGroupSize = readInteger(annotationOf(pod, ANNOTATION.subGroupSize) ?? '');
  if (subGroupSize === undefined || subGroupSize >= 1n) return undefined;
  return `annotation ${ANNOTATION.subGroupSize} of pod ${name} is ${subGroupSize}: it must be at least 1`;
};

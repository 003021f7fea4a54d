import { ANNOTATION } from '../../../../api/labels.ts';
import type { Advice } from '../rule.ts';

/** Placement is decided when a pod is created, so a live set mixes the old topology and the new one. */
export const exclusiveTopologyChange: Advice = ({ annotations }, previous) => {
  if (previous === undefined) return [];
  return [ANNOTATION.exclusiveTopology, ANNOTATION.subGroupExclusiveTopology]
    .filter((key) => annotations[key] !== previous.annotations[key])
    .map(
      (key) =>
        `metadata.annotations[${key}]: pods that run keep their placement, so groups of both kinds may mix until all are recreated. Recreate the set to move all of it`,
    );
};

import { ANNOTATION } from '../../../../api/labels.ts';
import type { Advice } from '../rule.ts';

/** The leader StatefulSet keeps the placement that its revision began with: changed at once, all leaders would be replaced without a rollout. */
export const exclusiveTopologyChange: Advice = ({ annotations }, previous) => {
  if (previous === undefined) return [];
  return [ANNOTATION.exclusiveTopology, ANNOTATION.subGroupExclusiveTopology]
    .filter((key) => annotations[key] !== previous.annotations[key])
    .map(
      (key) =>
        `metadata.annotations[${key}]: takes effect with the next change of the template, which moves group by group; until then new pods go where the others are`,
    );
};

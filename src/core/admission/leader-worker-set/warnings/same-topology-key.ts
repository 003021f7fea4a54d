import { ANNOTATION } from '../../../../api/labels.ts';
import type { Advice } from '../rule.ts';

/** A leader gets the terms of its group only when its sub-group names the same topology. */
export const sameTopologyKey: Advice = ({ annotations, hasSubGroups }) => {
  const group = annotations[ANNOTATION.exclusiveTopology];
  if (!hasSubGroups || !group || group !== annotations[ANNOTATION.subGroupExclusiveTopology]) return [];
  return [
    `metadata.annotations: ${ANNOTATION.exclusiveTopology} and ${ANNOTATION.subGroupExclusiveTopology} name the same key, so leaders are placed by group only. Name a smaller topology for sub-groups`,
  ];
};

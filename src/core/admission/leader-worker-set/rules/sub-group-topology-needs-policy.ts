import { ANNOTATION } from '../../../../api/labels.ts';
import { invalid } from '../../field-error.ts';
import { goQuote } from '../../go-text.ts';
import type { Rule } from '../rule.ts';

/** Only a set with sub-groups can place them exclusively. */
export const subGroupTopologyNeedsPolicy: Rule = ({ annotations, hasSubGroups }) => {
  const topologyKey = annotations[ANNOTATION.subGroupExclusiveTopology];
  if (hasSubGroups || topologyKey === undefined) return [];
  const detail = 'cannot have subgroup-exclusive-topology without subGroupSize set';
  return [invalid(`metadata.annotations.${ANNOTATION.subGroupExclusiveTopology}`, goQuote(topologyKey ?? ''), detail)];
};

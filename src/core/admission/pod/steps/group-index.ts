import { LABEL } from '../../../../api/labels.ts';
import { splitOrdinal } from '../../../ordinal.ts';
import type { Step } from '../pod-draft.ts';
import { labelOf } from '../pod-draft.ts';

/** A leader's ordinal is the index of its group. Upstream: an index that is there already is kept, whatever it is. */
export const groupIndex: Step = (draft) => {
  if (labelOf(draft, LABEL.groupIndex) !== undefined) return undefined;
  const { ordinal } = splitOrdinal(draft.name);
  if (ordinal === -1) return `parsing pod ordinal for pod ${draft.name}`;
  draft.labels.set(LABEL.groupIndex, String(ordinal));
  return undefined;
};

import { LABEL } from '../../../../api/labels.ts';
import { groupKey as groupKeyOf } from '../../../naming.ts';
import type { Step } from '../pod-draft.ts';
import { labelOf } from '../pod-draft.ts';

/** A leader's key identifies its group. Upstream: a key that is there already is kept, whatever it is. */
export const groupKey: Step = (draft) => {
  if (labelOf(draft, LABEL.groupKey) !== undefined) return undefined;
  draft.labels.set(LABEL.groupKey, groupKeyOf(draft.pod.metadata?.namespace ?? '', draft.name));
  return undefined;
};

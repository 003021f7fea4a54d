import { LABEL } from '../../../../api/labels.ts';
import { splitOrdinal } from '../../../ordinal.ts';
import type { Step } from '../pod-draft.ts';

/** A worker's ordinal is its index in the group, whatever its label said. */
export const workerIndex: Step = (draft) => {
  const { ordinal } = splitOrdinal(draft.name);
  if (ordinal === -1) return `parsing pod ordinal for pod ${draft.name}`;
  draft.labels.set(LABEL.workerIndex, String(ordinal));
  return undefined;
};

import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { goJson } from '../canonical/go-json.ts';
import type { JsonObject } from '../canonical/json.ts';
import { applyRevision } from './apply-revision.ts';
import { parseRevision } from './parse-revision.ts';
import { revisionData } from './revision-data.ts';

/** A recorded networkConfig without a policy stems from a set that had none, which meant Shared. */
const withPolicy = (set: LeaderWorkerSet): LeaderWorkerSet => {
  const { networkConfig, ...spec } = set.spec;
  return networkConfig?.subdomainPolicy ? set : { ...set, spec };
};

const normalised = (set: LeaderWorkerSet): string => revisionData(withPolicy(set));

const isSame = (set: LeaderWorkerSet, patch: JsonObject): boolean => {
  if (goJson(patch) === revisionData(set)) return true;
  const recorded = applyRevision(set, patch);
  return recorded !== undefined && normalised(recorded) === normalised(set);
};

/**
 * True when a stored revision (`data` of a ControllerRevision, as text or parsed) describes the set as it is now,
 * whichever manager wrote it: field order, explicit zero values, null time stamps and a missing networkConfig are
 * no differences. False for data that cannot be read, or is nested too deeply to be compared.
 */
export const sameRevision = (set: LeaderWorkerSet, data: unknown): boolean => {
  const patch = parseRevision(data);
  if (patch === undefined) return false;
  try {
    return isSame(set, patch);
  } catch (error) {
    // Whoever may write revisions may nest them until the stack is full; that must not stop the set.
    if (error instanceof RangeError) return false;
    throw error;
  }
};

import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { canonicalTemplateParts } from '../canonical/canonical-template-parts.ts';
import { goJson } from '../canonical/go-json.ts';
import type { Json } from '../canonical/json.ts';

const REPLACE = { $patch: 'replace' };

/**
 * What a ControllerRevision records of a set: a strategic merge patch that replaces leaderWorkerTemplate and
 * networkConfig, byte for byte as upstream writes it, because the revision's key is a hash of these bytes.
 */
export const revisionData = (set: Pick<LeaderWorkerSet, 'spec'>): string => {
  const { leaderWorkerTemplate, networkConfig } = canonicalTemplateParts(set);
  const patch = {
    spec: {
      leaderWorkerTemplate: { ...leaderWorkerTemplate, ...REPLACE },
      networkConfig: { ...networkConfig, ...REPLACE },
    },
  };
  return goJson(patch as unknown as Json);
};

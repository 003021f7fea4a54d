import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { canonicalValue } from './canonical-value.ts';
import type { Json } from './json.ts';

/** The two parts of a spec that make up a revision, in Go's form. */
export type TemplateParts = Required<Pick<LeaderWorkerSet['spec'], 'leaderWorkerTemplate' | 'networkConfig'>>;

const DEFAULT_NETWORK_CONFIG = { subdomainPolicy: 'Shared' };

/** What a revision of this set covers, as plain values in Go's form; an absent networkConfig means Shared. */
export const canonicalTemplateParts = ({ spec }: Pick<LeaderWorkerSet, 'spec'>): TemplateParts =>
  ({
    leaderWorkerTemplate: canonicalValue(spec.leaderWorkerTemplate as unknown as Json, 'LeaderWorkerTemplate'),
    networkConfig: canonicalValue(spec.networkConfig ?? DEFAULT_NETWORK_CONFIG, 'NetworkConfig'),
  }) as TemplateParts;

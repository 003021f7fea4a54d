import { LEADER_WORKER_SET, type LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { ObservedLeaderWorkerSet } from '../../core/reconcile/observed-set.ts';
import type { RestClient } from '../../kube/rest-client.ts';

/** A set that had leaders before and has none in the cache: somebody deleted them, or the set is gone and its watch is late. */
const mayBeGone = ({ set, leaderStatefulSet, lastApplied }: ObservedLeaderWorkerSet): boolean =>
  leaderStatefulSet === undefined && (lastApplied !== undefined || set.status?.observedGeneration !== undefined);

/**
 * True when the API server knows that the set is deleted, though the cache does not yet: what hung on it must not be created again. Asks only where
 * that may be. A list by name, because the reconciler needs no right to get single sets otherwise.
 */
export const isGone = async (client: RestClient, observed: ObservedLeaderWorkerSet): Promise<boolean> => {
  if (!mayBeGone(observed)) return false;
  const { namespace = '', name = '', uid } = observed.set.metadata;
  const { items } = await client.list<LeaderWorkerSet>(LEADER_WORKER_SET, {
    namespace,
    fieldSelector: `metadata.name=${name}`,
  });
  return !items.some(({ metadata }) => metadata.uid === uid && metadata.deletionTimestamp === undefined);
};

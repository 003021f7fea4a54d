import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Action } from '../../core/reconcile/actions.ts';
import type { ObservedLeaderWorkerSet } from '../../core/reconcile/observed-set.ts';
import type { RestClient } from '../../kube/rest-client.ts';
import { keyOf } from '../caches.ts';
import { readLive } from '../read-live.ts';

/** How a set that the cache shows compares with what the API server has: the same, deleted, or changed since, which the cache will show in a moment. */
type Comparison = 'same' | 'gone' | 'changed';

export type LiveComparer = {
  /** Compares where the cache may lag behind what was done for the set already; elsewhere they count as the same, and nobody is asked. */
  readonly compare: (observed: ObservedLeaderWorkerSet, actions: readonly Action[]) => Promise<Comparison>;
  readonly forget: (setKey: string) => void;
};

const isWrite = ({ kind }: Action): boolean => kind !== 'requeue' && kind !== 'announce';

type Known = {
  readonly uid: string | undefined;
  /** Its Service was in the cache. One that was there before the set is not, and no sign of anything when it is missing. */
  readonly hadService: boolean;
};

/** What a set had is not in the cache any more: somebody deleted that, or the set is gone, and the watch of sets is late. */
const mayBeGone = (
  { leaderStatefulSet, service }: ObservedLeaderWorkerSet,
  actions: readonly Action[],
  { hadService }: Known,
): boolean => {
  const creates = (kind: string): boolean =>
    actions.some((action) => action.kind === 'create' && action.object.kind === kind);
  return (
    leaderStatefulSet === undefined ||
    creates('ControllerRevision') ||
    (hadService && service === undefined && creates('Service'))
  );
};

const compareWith = ({ metadata }: LeaderWorkerSet, live: LeaderWorkerSet | undefined): Comparison => {
  if (live?.metadata.uid !== metadata.uid || live?.metadata.deletionTimestamp !== undefined) return 'gone';
  return live?.metadata.generation === metadata.generation ? 'same' : 'changed';
};

/**
 * Keeps an old view of a set from being acted on: what hung on a deleted one must not be created again, and what the last leader did for a newer
 * spec must not be undone. Before the first write for a set this process cannot tell; afterwards its own cache is never older than what it acted on.
 */
export const createLiveComparer = (client: Pick<RestClient, 'list'>): LiveComparer => {
  /** The sets that this process has written for, by key. */
  const sets = new Map<string, Known>();

  return {
    compare: async (observed, actions) => {
      const { set, service } = observed;
      const { uid } = set.metadata;
      const key = keyOf(set.metadata.namespace, set.metadata.name);
      const before = sets.get(key);
      const known = before?.uid === uid ? before : undefined;
      const remember = (): void =>
        void sets.set(key, { uid, hadService: known?.hadService === true || service !== undefined });
      if (known !== undefined && !mayBeGone(observed, actions, known)) remember();
      else if (actions.some(isWrite)) {
        const comparison = compareWith(set, await readLive<LeaderWorkerSet>(client, set));
        if (comparison !== 'same') return comparison;
        remember();
      }
      return 'same';
    },
    forget: (setKey) => void sets.delete(setKey),
  };
};

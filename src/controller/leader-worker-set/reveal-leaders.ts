import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { LABEL } from '../../api/labels.ts';
import { isControlledBy } from '../../core/observed/controller-of.ts';
import type { Action } from '../../core/reconcile/actions.ts';
import type { ObservedLeaderWorkerSet } from '../../core/reconcile/observed-set.ts';
import { exactReference } from '../../core/reconcile/reference.ts';
import type { RestClient } from '../../kube/rest-client.ts';
import { readLive } from '../read-live.ts';

/** It has a status from the moment on at which its leaders are applied for the first time. */
const hadLeaders = ({ status }: LeaderWorkerSet): boolean => (status?.conditions ?? []).length > 0;

/**
 * What to do when a set's leader StatefulSet is there and no cache shows it, because somebody took away the label by which it is watched. Were it
 * applied as if there were none, all its groups would be replaced at once.
 */
export const revealLeaders = async (
  client: Pick<RestClient, 'list'>,
  { set, leaderStatefulSet }: ObservedLeaderWorkerSet,
  actions: readonly Action[],
): Promise<Action | undefined> => {
  const applied = actions.find(({ kind }) => kind === 'apply');
  if (leaderStatefulSet !== undefined || applied?.kind !== 'apply' || !hadLeaders(set)) return undefined;
  const live = await readLive(client, applied.object);
  if (live === undefined || !isControlledBy(live, set)) return undefined;
  return { kind: 'label', object: exactReference(live), labels: { [LABEL.name]: set.metadata.name ?? '' } };
};

import { COUNTED_STATES, type GroupFigures } from '../api/groups.ts';
import { leaderName } from '../core/naming.ts';
import { rolloutStart } from '../core/status/rollout-times.ts';
import { noStates, tallyGroups } from '../core/status/tally-groups.ts';
import type { Clock } from '../kube/clock.ts';
import { type Caches, keyOf } from './caches.ts';
import { eachSet, readWorkers } from './each-set.ts';

const MS = 1000;

const secondsSince = (now: number, times: Iterable<number>): number => {
  let oldest = now;
  for (const time of times) oldest = Math.min(oldest, time);
  return (now - oldest) / MS;
};

/**
 * Counts groups and rollouts from the caches whenever it is asked, so that nothing has to be kept in step with them: at every scrape, and not at every
 * reconcile. For how long a group has not been ready is counted from the first time that this was seen.
 */
export const createGroupFigures = (caches: Caches, clock: Clock): (() => GroupFigures) => {
  const workersOf = readWorkers(caches);
  let notReadySince: ReadonlyMap<string, number> = new Map();
  return () => {
    const now = clock.monotonicMs();
    const groups = noStates();
    const since = new Map<string, number>();
    const rolloutStarts: number[] = [];
    let outdated = 0;
    for (const view of eachSet(caches)) {
      const { namespace, name = '' } = view.set.metadata;
      const tally = tallyGroups({ ...view, workersOf });
      for (const state of COUNTED_STATES) groups[state] += tally.states[state];
      outdated += tally.outdated;
      for (const index of tally.notReady) {
        const key = keyOf(namespace, leaderName(name, index));
        since.set(key, notReadySince.get(key) ?? now);
      }
      const start = rolloutStart(view.set);
      if (start !== undefined) rolloutStarts.push(start);
    }
    notReadySince = since;
    return {
      groups,
      outdated,
      longestNotReadySeconds: secondsSince(now, since.values()),
      rollouts: rolloutStarts.length,
      longestRolloutSeconds: secondsSince(clock.now(), rolloutStarts),
    };
  };
};

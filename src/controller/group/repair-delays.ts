import type { Clock } from '../../kube/clock.ts';
import { createExpiringMap } from '../expiring-map.ts';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 3_600_000;

type Planned = { readonly leaderUid: string; readonly waitMs: number; readonly dueAtMs: number };

export type RepairDelays = {
  /** In how many milliseconds a group with this leader may be repaired; 0 when that time has come. */
  readonly dueInMs: (groupKey: string, leaderUid: string) => number;
};

/**
 * Says when groups may be repaired: first after a minute, and after twice as long for each new leader that needs it as well, up to an hour. While
 * what breaks them lasts, repairing them soon would only keep the cluster busy.
 */
export const createRepairDelays = (clock: Pick<Clock, 'monotonicMs'>): RepairDelays => {
  const planned = createExpiringMap<Planned>(clock);

  const plan = (before: Planned | undefined, leaderUid: string): Planned => {
    if (before?.leaderUid === leaderUid) return before;
    const waitMs = before === undefined ? SHORTEST_MS : Math.min(before.waitMs * 2, LONGEST_MS);
    return { leaderUid, waitMs, dueAtMs: clock.monotonicMs() + waitMs };
  };

  return {
    dueInMs: (groupKey, leaderUid) => {
      const before = planned.get(groupKey);
      const next = plan(before, leaderUid);
      // Forgotten when the group has been well for about as long as it had to wait.
      if (next !== before) planned.set(groupKey, next, 2 * next.waitMs + SHORTEST_MS);
      return Math.max(0, next.dueAtMs - clock.monotonicMs());
    },
  };
};

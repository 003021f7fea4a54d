import type { KubeObject } from '../api/kubernetes.ts';
import { isDeleting } from '../core/observed/group.ts';
import { describeObstacle } from '../core/reconcile/describe-obstacle.ts';
import type { Clock } from '../kube/clock.ts';
import { createExpiringMap } from './expiring-map.ts';

/** What goes by itself is looked for more often than what somebody has to move. */
const LONGEST_WAIT_SECONDS = { passing: 5, lasting: 60 } as const;
/** Longer than between two looks: what is not met again in that time is out of the way. */
const REMEMBERED_MS = 300_000;

/** The garbage collector has taken what it was to take by then. */
const BELIEVED_MS = 60_000;

type Met = {
  readonly uid: string | undefined;
  readonly sinceMs: number;
  readonly waitSeconds: number;
  readonly isTold: boolean;
};

/** How long to wait for an object to get out of the way; `note` is for the user, and absent when there is nothing new to tell. */
export type Wait = { readonly seconds: number; readonly note: string | undefined };

export type Obstacles = {
  /** Notes that something has the name of an object that is to be written; `live` is undefined when it has gone meanwhile. */
  readonly meet: (name: string, wanted: KubeObject, live: KubeObject | undefined) => Wait;
  /** Notes that nothing is in the way any more. */
  readonly clear: (name: string) => void;
};

/** Remembers what is in the way of objects: the longer it is there, the more seldom it is looked at, and it is told of once. */
export const createObstacles = (clock: Pick<Clock, 'monotonicMs'>): Obstacles => {
  const met = createExpiringMap<Met>(clock);

  return {
    meet: (name, wanted, live) => {
      const before = met.get(name);
      const uid = live?.metadata.uid;
      const obstacle = live === undefined ? undefined : describeObstacle(wanted, live);
      const known = before?.uid === uid ? before : undefined;
      const sinceMs = known?.sinceMs ?? clock.monotonicMs();
      const isBelieved = live !== undefined && (isDeleting(live) || clock.monotonicMs() - sinceMs < BELIEVED_MS);
      const isPassing = obstacle === undefined || (obstacle.isPassing && isBelieved);
      const longest = isPassing ? LONGEST_WAIT_SECONDS.passing : LONGEST_WAIT_SECONDS.lasting;
      const seconds = known === undefined ? 1 : Math.min(known.waitSeconds * 2, longest);
      const isTold = known?.isTold === true;
      met.set(name, { uid, sinceMs, waitSeconds: seconds, isTold: isTold || !isPassing }, REMEMBERED_MS);
      return { seconds, note: isPassing || isTold ? undefined : obstacle.note };
    },
    clear: met.delete,
  };
};

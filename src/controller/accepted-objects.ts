import type { KubeObject } from '../api/kubernetes.ts';
import type { Clock } from '../kube/clock.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { createExpiringMap } from './expiring-map.ts';
import { readLive } from './read-live.ts';

/** How often an object that no cache of ours shows is looked at. */
const LOOK_SECONDS = 60;

export type AcceptedObjects = {
  /** Leaves an object to whoever made it. Answers after how many seconds to look at it. */
  readonly accept: (name: string) => number;
  /** After how many seconds to look at an accepted object; undefined when it was never accepted, or is gone. */
  readonly look: (name: string, object: KubeObject) => Promise<number | undefined>;
};

/** Keeps in mind which objects were there before us. They may go without any event that could tell, so they are looked at now and then. */
export const createAcceptedObjects = (
  client: Pick<RestClient, 'list'>,
  clock: Pick<Clock, 'monotonicMs'>,
): AcceptedObjects => {
  const lookAt = createExpiringMap<number>(clock);

  const accept = (name: string): number => {
    lookAt.set(name, clock.monotonicMs() + LOOK_SECONDS * 1000, 2 * LOOK_SECONDS * 1000);
    return LOOK_SECONDS;
  };

  return {
    accept,
    look: async (name, object) => {
      const due = lookAt.get(name);
      if (due === undefined) return undefined;
      const leftMs = due - clock.monotonicMs();
      if (leftMs > 0) return leftMs / 1000;
      return (await readLive(client, object)) === undefined ? undefined : accept(name);
    },
  };
};

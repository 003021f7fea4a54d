import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import type { Manager } from '../cluster/start-manager.ts';
import { waitFor } from '../cluster/wait-for.ts';

const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'lws-system', name: 'b8b2488c.x-k8s.io' },
};

const countLines = ({ log }: Manager, text: string): number => readFileSync(log, 'utf8').split(text).length - 1;

const takeLease = async ({ client }: ControlPlane): Promise<void> => {
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  await client.patch(LEASE, { spec: { holderIdentity: 'somebody-else', leaseDurationSeconds: 1, renewTime } });
};

const ENDED = 'the reconciler has ended';
const BEGUN = '"reconciling"';

/** A stretch of time, as `performance.now()` tells it. */
export type Span = { readonly from: number; readonly to: number };

/**
 * Takes the lease away from our manager, whose reconciler then starts over and reads everything again; resolves when it has: from when to
 * when that took.
 */
export const forceRelist = async (cluster: ControlPlane, manager: Manager): Promise<Span> => {
  const ends = countLines(manager, ENDED);
  const begins = countLines(manager, BEGUN);
  await takeLease(cluster);
  await waitFor('end of the reconciler', () => countLines(manager, ENDED) > ends);
  const pauses = readFileSync(manager.log, 'utf8').matchAll(/"restartMs":(\d+)/g);
  const pauseMs = Number([...pauses].at(-1)?.[1] ?? 0);
  await sleep(pauseMs);
  const from = performance.now();
  await waitFor('reconciler that has read everything', () => countLines(manager, BEGUN) > begins);
  return { from, to: performance.now() };
};

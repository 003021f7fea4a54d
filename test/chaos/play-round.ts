import { setTimeout as sleep } from 'node:timers/promises';
import { followWrites } from '../cluster/follow-writes.ts';
import { LWS } from '../cluster/lws-fixtures.ts';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import type { Reconciler } from '../cluster/start-reconciler.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { podNames } from '../cluster/world.ts';
import { manifest } from './chaos-set.ts';
import type { Operation, Round } from './plan-round.ts';

/** How long a manager is away. */
const AWAY_MS = 1_500;
/** A manager that has nothing more to write is not killed. */
const IDLE_MS = 4_000;

export interface Stage {
  readonly cluster: ControlPlane;
  readonly reconciler: Reconciler;
  readonly namespace: string;
}

async function operate({ cluster: { client }, namespace }: Stage, operation: Operation): Promise<void> {
  const { name, size } = operation.before;
  if (operation.kind === 'none') return;
  if (operation.kind === 'fail') {
    const pod = podNames(name, operation.group, size)[operation.worker] ?? '';
    await operation.failure.happen(client, { namespace, name: pod });
    return;
  }
  const { spec } = manifest(namespace, operation.after);
  // A merge patch leaves alone what it does not name.
  const metadata = { annotations: { 'lws-test/hold': operation.after.isBroken ? 'broken' : null } };
  const { workerTemplate, ...group } = spec.leaderWorkerTemplate;
  const leaderWorkerTemplate = { ...group, workerTemplate: { ...workerTemplate, metadata } };
  await client.patch({ ...LWS, metadata: { namespace, name } }, { spec: { ...spec, leaderWorkerTemplate } });
}

async function killAfterWrites({ cluster, reconciler }: Stage, counts: readonly number[]): Promise<void> {
  const writes = followWrites(cluster);
  for (const count of counts) {
    let seen = 0;
    const isBusy = await waitFor('write', () => (seen += writes.read().length) >= count, {
      everyMs: 2,
      timeoutMs: IDLE_MS,
    }).catch(() => false);
    if (!isBusy) break;
    await reconciler.stop('SIGKILL');
    await reconciler.start();
    writes.read();
  }
  writes.close();
}

/** Plays a round: everything that it plans happens at once, while the manager meets its fate. */
export async function playRound(stage: Stage, { manager, operations }: Round): Promise<void> {
  const { reconciler } = stage;
  const operateAll = () => Promise.all(operations.map((operation) => operate(stage, operation)));
  switch (manager.kind) {
    case 'runs':
      await operateAll();
      return;
    case 'is down':
      await reconciler.stop();
      await operateAll();
      await sleep(AWAY_MS);
      return reconciler.start();
    case 'is paused':
      reconciler.signal('SIGSTOP');
      await operateAll();
      await sleep(AWAY_MS);
      return reconciler.signal('SIGCONT');
    case 'is killed':
      await Promise.all([operateAll(), killAfterWrites(stage, manager.afterWrites)]);
  }
}

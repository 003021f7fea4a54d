// Plays random failures, edits, scales and manager kills against 20 sets, and checks after each round that nothing happened that must not:
//   npm run chaos -- --seed 7 --minutes 10
// The same seed plays the same rounds.
import { cpSync } from 'node:fs';
import { leaderWorkerSetCRD } from '../cluster/install-manager.ts';
import { POD, STATEFUL_SET } from '../cluster/lws-fixtures.ts';
import { startControlPlane } from '../cluster/start-control-plane.ts';
import { MANAGER_USER, startReconciler } from '../cluster/start-reconciler.ts';
import { type World, look, podFingerprint } from '../cluster/world.ts';
import { OWN_NODES, manifest, randomSet } from './chaos-set.ts';
import { parseOptions } from '../parse-options.ts';
import { type History, beginHistory } from './history.ts';
import { notReplaced, unrest, violations } from './invariants.ts';
import { type Operation, planRound } from './plan-round.ts';
import { type Stage, playRound } from './play-round.ts';
import { createRandom } from './random.ts';

const SETS = 20;
const REST_TIMEOUT_MS = 120_000;
/** Looks, a second apart, in which no pod changes: a broken rollout has gone as far as it may. */
const QUIET_LOOKS = 3;

const values = parseOptions(
  { options: { seed: { type: 'string' }, minutes: { type: 'string', default: '5' } } },
  'npm run chaos -- [--seed N] [--minutes M]',
);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const random = createRandom(seed);
const endsAt = performance.now() + Number(values.minutes) * 60_000;
console.log(`seed ${seed}`);

/** Resolves to the world once it is as the operations mean it to be, and has stayed so. */
async function settle(
  { cluster: { client }, namespace }: Stage,
  before: World,
  operations: readonly Operation[],
  histories: readonly History[],
): Promise<World> {
  const deadline = performance.now() + REST_TIMEOUT_MS;
  let quiet = 0;
  let last = '';
  for (;;) {
    await Promise.all(histories.map((history) => history.advance()));
    const world = await look(client, namespace);
    const left = operations.flatMap((operation) => [
      ...unrest(world, operation.after),
      ...notReplaced(before, world, operation),
    ]);
    const fingerprint = podFingerprint(world);
    quiet = left.length === 0 && fingerprint === last ? quiet + 1 : 0;
    last = fingerprint;
    if (quiet === QUIET_LOOKS) return world;
    if (performance.now() > deadline) throw new Error(`no rest: ${left.slice(0, 12).join('; ')}`);
  }
}

const describe = (operation: Operation): string => {
  const { before, after, kind } = operation;
  if (kind === 'fail') return `${before.name} ${operation.failure.name} ${operation.group}/${operation.worker}`;
  return `${before.name} ${kind} ${JSON.stringify(after)}`;
};

const cluster = await startControlPlane({
  nodes: { labels: { pool: 'shared' } },
  audit: { users: [MANAGER_USER], bodies: false },
  crds: leaderWorkerSetCRD(),
});

try {
  const { client } = cluster;
  const reconciler = await startReconciler(cluster);
  const stage: Stage = { cluster, reconciler, namespace: await cluster.createNamespace('chaos') };
  const { namespace } = stage;
  await cluster.addNodes({ ...OWN_NODES, prefix: 'own-' });
  let sets = Array.from({ length: SETS }, (_, index) => randomSet(random, index));
  await Promise.all(sets.map((set) => client.create(manifest(namespace, set))));
  const start: Operation[] = sets.map((set) => ({ kind: 'none', before: set, after: set }));
  let world = await settle(stage, await look(client, namespace), start, []);

  for (let number = 1; performance.now() < endsAt; number += 1) {
    const round = planRound(sets, random);
    const { manager, operations } = round;
    const [pods, statefulSets] = await Promise.all(
      [POD, STATEFUL_SET].map((type) => beginHistory(client, { ...type, namespace })),
    );
    if (pods === undefined || statefulSets === undefined) throw new Error('no history');
    const before = world;
    const startedAt = performance.now();
    const busy = operations.filter(({ kind }) => kind !== 'none');
    const report = (found: readonly string[]): never => {
      throw new Error(
        `round ${number}, in which the manager ${manager.kind}:\n  ${found.join('\n  ')}\nafter\n  ${busy.map(describe).join('\n  ')}`,
      );
    };
    await playRound(stage, round);
    world = await settle(stage, before, operations, [pods, statefulSets]).catch((error: unknown) =>
      report([String(error)]),
    );
    const found = violations(
      { before, after: world, pods: pods.changes, statefulSets: statefulSets.changes },
      operations,
    );
    if (found.length > 0) report(found);
    const lost = operations.filter((operation) => operation.kind === 'fail' && operation.failure.name === 'node lost');
    if (lost.length > 0) await cluster.addNodes({ ...OWN_NODES, nodesPerRack: lost.length, prefix: `own-${number}-` });
    sets = operations.map(({ after }) => after);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(
      `round ${number}: the manager ${manager.kind}, ${busy.length} sets are busy, at rest after ${seconds} s`,
    );
  }
  console.log(`seed ${seed}: nothing happened that must not`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`seed ${seed} fails; play it again with --seed ${seed}`);
  process.exitCode = 1;
  const kept = process.env['LWS_CHAOS_LOGS'];
  if (kept !== undefined)
    cpSync(cluster.directory, kept, { recursive: true, filter: (path) => !path.includes('etcd') });
} finally {
  await cluster.stop();
}

import { startControlPlane } from './start-control-plane.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import { startManager } from './start-manager.ts';
import { leaderWorkerSet, podUids, waitUntilAvailable, POD, LWS } from './lws-fixtures.ts';
import { failContainer } from './breaking/fail-container.ts';
const stop = Number(process.env.STOP ?? 4000);
const cluster = await startControlPlane({ audit: false, crds: leaderWorkerSetCRD(), podStopDelayMs: stop });
await startManager(cluster);
const { client } = cluster;
const ns = await cluster.createNamespace('teardown');
const at = (name: string) => ({ metadata: { namespace: ns, name } });
for (const [how, act] of [
  ['container restarts', () => failContainer(client, { namespace: ns, name: 'x-0-1' })],
  ['worker deleted', () => client.delete({ ...POD, ...at('x-0-1') })],
  ['leader deleted', () => client.delete({ ...POD, ...at('x-0') })],
] as const) {
  if (how === 'container restarts') await client.create(leaderWorkerSet(ns, 'x', { replicas: 1, size: 3, pod: { terminationGracePeriodSeconds: 30 } }));
  await waitUntilAvailable(client, ns, 'x');
  const before = await podUids(client, ns, 'x');
  const t0 = performance.now();
  await act();
  for (;;) {
    const now = await podUids(client, ns, 'x');
    const done = Object.keys(before).every((n) => now[n] !== undefined && now[n] !== before[n]);
    if (done) break;
    await new Promise((r) => setTimeout(r, 50));
  }
  console.log(how, 'group replaced after', Math.round(performance.now() - t0), 'ms; pods end', stop, 'ms after deletion');
}
for (const policy of ['Background', 'Foreground'] as const) {
  await waitUntilAvailable(client, ns, 'x');
  const t0 = performance.now();
  await client.delete({ ...LWS, ...at('x') }, { propagationPolicy: policy });
  for (;;) { const n = Object.keys(await podUids(client, ns, 'x')).length; if (n === 0) break; await new Promise((r) => setTimeout(r, 50)); }
  console.log('set deleted', policy, Math.round(performance.now() - t0));
  if (policy === 'Background') await client.create(leaderWorkerSet(ns, 'x', { replicas: 1, size: 3, pod: { terminationGracePeriodSeconds: 30 } }));
}
await cluster.stop();
process.exit(0);

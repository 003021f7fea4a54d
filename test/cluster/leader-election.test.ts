import { readFileSync } from 'node:fs';
import t from 'tap';
import type { Component } from './component.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import { LWS, STATEFUL_SET, leaderWorkerSet } from './lws-fixtures.ts';
import type { AuditEvent } from './read-audit-events.ts';
import { startControlPlane } from './start-control-plane.ts';
import { startManager } from './start-manager.ts';
import { MANAGER_USER } from './start-reconciler.ts';
import { RIVAL_USER, startRival } from './start-rival.ts';
import { waitFor } from './wait-for.ts';

const TIMES = { leaseDuration: '4s', renewDeadline: '3s', retryPeriod: '500ms' };
const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'lws-system', name: 'b8b2488c.x-k8s.io' },
};
/** How often something happens that the leader has to act on. */
const CHANGE_EVERY_MS = 100;
const WRITES = new Set(['create', 'update', 'patch', 'delete']);

type Lease = KubeObject & { spec: { holderIdentity: string; leaseDurationSeconds: number; leaseTransitions: number } };
type Who = 'manager' | 'rival' | 'nobody';

const users = [MANAGER_USER, RIVAL_USER];
const cluster = await startControlPlane({ crds: leaderWorkerSetCRD(), nodes: false, audit: { users } });
t.teardown(() => cluster.stop());
const { client } = cluster;
const namespace = await cluster.createNamespace('election');
const manager = await startManager(cluster, { configuration: { leaderElection: { leaderElect: true, ...TIMES } } });
// A manager that stands still answers no reviews, and this is about what it writes.
for (const type of ['Mutating', 'Validating'])
  await client.delete({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${type}WebhookConfiguration`,
    metadata: { name: `lws-${type.toLowerCase()}-webhook-configuration` },
  });

const isWrite = ({ verb, responseStatus }: AuditEvent): boolean =>
  WRITES.has(verb) && responseStatus !== undefined && responseStatus.code < 300;
const isOfLease = ({ objectRef }: AuditEvent): boolean =>
  objectRef?.resource === 'leases' && objectRef.name === LEASE.metadata.name;

type Held = { readonly by: Who; readonly identity: string; readonly at: number; readonly seconds: number };

/** Every state of the lease, in order, from the answers to those who wrote it. */
const readHistory = (events: readonly AuditEvent[]): Held[] =>
  events
    .filter((event) => isWrite(event) && isOfLease(event))
    .map(({ user, responseObject, requestReceivedTimestamp }) => {
      const { holderIdentity: identity, leaseDurationSeconds: seconds } = (responseObject as Lease).spec;
      const writer = user.username === RIVAL_USER ? 'rival' : 'manager';
      return { by: identity === '' ? 'nobody' : writer, identity, at: Date.parse(requestReceivedTimestamp), seconds };
    });

const holder = (): Who => readHistory(cluster.auditEvents()).at(-1)?.by ?? 'nobody';
const readLog = (): string => readFileSync(manager.log, 'utf8');
const countLines = (text: string): number => readLog().split(text).length - 1;
const waitForLeader = async (who: Who): Promise<unknown> => {
  try {
    return await waitFor(`lease of the ${who}`, () => holder() === who);
  } catch (error) {
    throw new Error(`the manager wrote last:\n${readLog().split('\n').slice(-12).join('\n')}`, { cause: error });
  }
};
/** Acts, waits until `who` holds the lease, and resolves to who held it from before until then. */
const pass = async (who: Who, act: () => Promise<unknown>): Promise<Who[]> => {
  const before = readHistory(cluster.auditEvents()).length;
  await act();
  await waitForLeader(who);
  const holders = readHistory(cluster.auditEvents())
    .slice(before - 1)
    .map(({ by }) => by);
  return holders.filter((by, i) => by !== holders[i - 1]);
};

const SET = { ...LWS, metadata: { namespace, name: 'busy' } };
let replicas = 0;
let changes = 0;
await client.create(leaderWorkerSet(namespace, 'busy', { replicas }));
/** Gives the leader something to write all the time. */
const changing = setInterval(() => {
  replicas = (replicas + 1) % 4;
  changes += 1;
  client.patch(SET, { spec: { replicas } }).catch(() => undefined);
}, CHANGE_EVERY_MS);
t.teardown(() => clearInterval(changing));

const waitForWork = async (): Promise<unknown> => {
  const reconciled = async () => (await client.get({ ...STATEFUL_SET, metadata: SET.metadata }))?.metadata;
  const before = await reconciled();
  return waitFor('work of the manager', async () => (await reconciled())?.generation !== before?.generation);
};

const startWaitingRival = async (name: string): Promise<Component> => {
  const rival = await startRival(cluster, name, TIMES);
  const asks = () => /attempting to acquire leader lease/i.test(readFileSync(rival.log, 'utf8'));
  await waitFor('rival that waits', asks);
  return rival;
};

void t.test('a manager that cannot reach the API server stops leading, and leads again when it can', async (t) => {
  await waitForLeader('manager');
  await waitForWork();
  const lost = countLines('the lease was lost');
  await cluster.apiServer.stop();
  await waitFor('end of its term', () => countLines('the lease was lost') > lost);
  await cluster.apiServer.start();
  await waitForWork();
  t.equal(holder(), 'manager');
});

void t.test('the lease goes from the manager to client-go and back', async (t) => {
  let rival = await startWaitingRival('rival-1');
  const end = async () => t.equal(await manager.stop(), 0);
  t.strictSame(await pass('rival', end), ['manager', 'nobody', 'rival'], 'of a manager that ends, which releases it');
  await manager.start();
  await waitFor('manager that waits', () => countLines('waiting for the lease') > 0);
  t.strictSame(await pass('manager', () => rival.stop()), ['rival', 'manager'], 'of a rival that is killed');
  await waitForWork();

  rival = await startWaitingRival('rival-2');
  const lost = countLines('the lease was lost');
  const standStill = () => Promise.resolve(process.kill(manager.pid() ?? 0, 'SIGSTOP'));
  t.strictSame(await pass('rival', standStill), ['manager', 'rival'], 'of a manager that stands still');
  process.kill(manager.pid() ?? 0, 'SIGCONT');
  await waitFor('end of its term', () => countLines('the lease was lost') > lost);
  const handedOver = await pass('manager', () => rival.stop('SIGTERM'));
  t.strictSame(handedOver, ['rival', 'nobody', 'manager'], 'of a rival that ends, which does so too');
  await waitForWork();

  rival = await startWaitingRival('rival-3');
  t.strictSame(await pass('rival', () => manager.stop('SIGKILL')), ['manager', 'rival'], 'of a manager that is killed');
});

void t.test('never had the lease two holders, and nobody else than its holder wrote', (t) => {
  clearInterval(changing);
  const events = cluster.auditEvents();
  const history = readHistory(events);
  const early = history.filter((held, i) => {
    const before = history[i - 1];
    if (before === undefined || before.by === 'nobody' || before.identity === held.identity) return false;
    return held.by !== 'nobody' && held.at - before.at < before.seconds * 1000;
  });
  t.strictSame(early, [], 'nobody took it before it had run out, by the clock of the API server');

  const writes = events.filter(
    (event) =>
      isWrite(event) &&
      event.user.username === MANAGER_USER &&
      !['leases', 'events'].includes(event.objectRef?.resource ?? ''),
  );
  const holderAt = (time: string): Who | undefined => history.findLast(({ at }) => at <= Date.parse(time))?.by;
  const strays = writes.filter(({ requestReceivedTimestamp: time }) => holderAt(time) !== 'manager');
  t.strictSame(
    strays.map(({ verb, requestURI, requestReceivedTimestamp }) => [verb, requestURI, requestReceivedTimestamp]),
    [],
    'the manager wrote only while the lease was its own',
  );
  t.comment(`${history.length} states of the lease, ${writes.length} writes of the manager, ${changes} changes`);
  t.ok(writes.length > 10, 'and it wrote a lot');
  t.end();
});

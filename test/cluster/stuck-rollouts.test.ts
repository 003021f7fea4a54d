import t from 'tap';
import { setPodReady } from './breaking/set-pod-ready.ts';
import { followWrites } from './follow-writes.ts';
import { leaderWorkerSetCRD } from './install-manager.ts';
import type { KubeObject } from './kube-object.ts';
import {
  LABEL,
  LWS,
  POD,
  SERVICE,
  STATEFUL_SET,
  leaderWorkerSet,
  podUids,
  podsOf,
  waitUntilAvailable,
} from './lws-fixtures.ts';
import { podGroupCRD } from './pod-group-crd.ts';
import { HOLD, releasePod } from './release-pod.ts';
import { type ControlPlane, startControlPlane } from './start-control-plane.ts';
import { startFastReconciler } from './start-fast-reconciler.ts';
import { MANAGER_USER } from './start-reconciler.ts';
import { waitFor } from './wait-for.ts';
import { WEBHOOK_CONFIGURATIONS } from './webhook-trust.ts';

const POD_GROUP = { apiVersion: 'scheduling.volcano.sh/v1beta1', kind: 'PodGroup' };
const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'pod-groups' } };
const NAME = `${LABEL}name`;
const TIMEOUT = { timeoutMs: 60_000 };

type StatefulSet = KubeObject & {
  spec: { updateStrategy: { rollingUpdate: { partition: number; maxUnavailable?: number } } };
};

const start = async (gate: boolean): Promise<ControlPlane> => {
  const cluster = await startControlPlane({
    // Off by default, as in all of Kubernetes 1.36; later versions have it on.
    ...(gate ? { featureGates: { MaxUnavailableStatefulSet: true } } : {}),
    audit: { users: [MANAGER_USER], bodies: false },
    crds: [...leaderWorkerSetCRD(), podGroupCRD()],
  });
  const rules = [
    { apiGroups: ['scheduling.volcano.sh'], resources: ['podgroups'], verbs: ['list', 'watch', 'create'] },
  ];
  await cluster.client.create({ ...RBAC, kind: 'ClusterRole', rules });
  await cluster.client.create({
    ...RBAC,
    kind: 'ClusterRoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: RBAC.metadata.name },
    subjects: [{ kind: 'ServiceAccount', namespace: 'lws-system', name: 'lws-controller-manager' }],
  });
  return cluster;
};

/** A template, as a merge patch too: whether its pods are held back in their start is part of it. */
const template = (image: string, { held = false } = {}): object => ({
  metadata: { annotations: { [HOLD]: held ? 'true' : null } },
  spec: { containers: [{ name: 'worker', image }] },
});

const tests = ({ client, createNamespace }: ControlPlane) => {
  const at = (namespace: string, name = 'x') => ({ metadata: { namespace, name } });

  const change = (namespace: string, workerTemplate: object): Promise<unknown> =>
    client.patch({ ...LWS, ...at(namespace) }, { spec: { leaderWorkerTemplate: { workerTemplate } } });

  const leaders = async (namespace: string): Promise<StatefulSet> => {
    const found = await client.get<StatefulSet>({ ...STATEFUL_SET, ...at(namespace) });
    if (found === undefined) throw new Error('there are no leaders');
    return found;
  };

  /** The images of a set's pods, group by group. */
  const images = async (namespace: string): Promise<string[]> => {
    const pods = [...(await podsOf(client, namespace, 'x')).values()];
    return pods.map((pod) => (pod['spec'] as { containers: { image: string }[] }).containers[0]?.image ?? '');
  };

  /** Resolves when all eight pods have an image and the set is Available. */
  const rolled = (namespace: string, image: string) =>
    waitFor(
      `all of ${namespace} with ${image}`,
      async () => {
        const found = await images(namespace);
        return found.length === 8 && found.every((one) => one === image);
      },
      TIMEOUT,
    ).then(() => waitUntilAvailable(client, namespace, 'x'));

  const create = async (prefix: string): Promise<string> => {
    const namespace = await createNamespace(prefix);
    await client.create(leaderWorkerSet(namespace, 'x', { replicas: 4, size: 2, image: 'nginx:1' }));
    await waitUntilAvailable(client, namespace, 'x');
    return namespace;
  };

  /** Rolls to a template that holds its pods back, lets group 3 have it, and leaves group 2 in its start. */
  const interrupt = async (namespace: string): Promise<void> => {
    await change(namespace, template('nginx:2', { held: true }));
    const isHeld = async (index: number): Promise<boolean> => {
      const pods = await podsOf(client, namespace, 'x');
      const ofGroup = [pods.get(`x-${index}`), pods.get(`x-${index}-1`)];
      return ofGroup.every((pod) => pod?.metadata.annotations?.[HOLD] !== undefined);
    };
    await waitFor(`group 3 in ${namespace}`, () => isHeld(3), TIMEOUT);
    for (const name of ['x-3', 'x-3-1']) await releasePod(client, { namespace, name });
    await waitFor(`group 2 in ${namespace}`, () => isHeld(2), TIMEOUT);
  };

  /** Takes from the leaders the label by which they are watched, and waits until they have it again. */
  const hideLeaders = async (namespace: string): Promise<void> => {
    await client.patch({ ...STATEFUL_SET, ...at(namespace) }, { metadata: { labels: { [NAME]: null } } });
    await waitFor(`a label in ${namespace}`, async () => (await leaders(namespace)).metadata.labels?.[NAME] === 'x');
  };

  const stranded = async (prefix: string, image: string) => {
    const namespace = await create(prefix);
    await interrupt(namespace);
    const before = await podUids(client, namespace, 'x');
    await hideLeaders(namespace);
    await change(namespace, template(image));
    await rolled(namespace, image);
    const events = await client.list<KubeObject & { reason: string; note: string }>({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      namespace,
    });
    const after = await podUids(client, namespace, 'x');
    return {
      notes: events.flatMap(({ reason, note }) => (reason === 'RecreateGroup' ? [note] : [])),
      kept: Object.keys(before).filter((name) => before[name] === after[name]),
    };
  };

  const broken = async (prefix: string) => {
    const namespace = await create(prefix);
    for (const name of ['x-1', 'x-1-1']) await setPodReady(client, { namespace, name }, { ready: false });
    await waitFor('three ready groups', async () => {
      const set = await client.get<KubeObject & { status: { readyReplicas?: number } }>({ ...LWS, ...at(namespace) });
      return set?.status.readyReplicas === 3;
    });
    await change(namespace, template('nginx:2'));
    const seen = new Set<string>();
    const lookAt = async (): Promise<boolean> => {
      const { partition, maxUnavailable } = (await leaders(namespace)).spec.updateStrategy.rollingUpdate;
      seen.add(`${partition}, ${maxUnavailable} unavailable`);
      return (await images(namespace)).every((image) => image === 'nginx:2');
    };
    await waitFor('the end of the rollout', lookAt, { timeoutMs: 60_000, everyMs: 50 });
    await rolled(namespace, 'nginx:2');
    return [...seen];
  };

  const earlierIncarnation = async (prefix: string) => {
    const namespace = await createNamespace(prefix);
    const networkConfig = { subdomainPolicy: 'UniquePerReplica' };
    await client.create(leaderWorkerSet(namespace, 'x', { replicas: 1, size: 2, spec: { networkConfig } }));
    await waitUntilAvailable(client, namespace, 'x');
    const leader = { ...POD, ...at(namespace, 'x-0') };
    const before = await client.get(leader);
    const podGroup = { ...POD_GROUP, ...at(namespace, before?.metadata.annotations?.['scheduling.k8s.io/group-name']) };
    const dependents = [podGroup, { ...SERVICE, ...at(namespace, 'x-0') }];
    const ownersOf = async (): Promise<(string | undefined)[]> =>
      Promise.all(dependents.map(async (one) => (await client.get(one))?.metadata.ownerReferences?.[0]?.uid));
    for (const one of dependents) await client.patch(one, { metadata: { finalizers: ['lws.test/hold'] } });
    await client.delete(leader, { propagationPolicy: 'Background' });
    const after = await waitFor(
      'workers of a new leader',
      async () => {
        const pods = await podsOf(client, namespace, 'x');
        const now = pods.get('x-0');
        return now?.metadata.uid !== before?.metadata.uid && pods.has('x-0-1') && now;
      },
      TIMEOUT,
    );
    const held = await ownersOf();
    for (const one of dependents) await client.patch(one, { metadata: { finalizers: null } });
    await waitFor('new dependents', async () => {
      const owners = await ownersOf();
      return owners.every((uid) => uid === after.metadata.uid);
    });
    await waitUntilAvailable(client, namespace, 'x');
    return { held, uids: { before: before?.metadata.uid, after: after.metadata.uid } };
  };

  const isAdmissionAsked = async (namespace: string): Promise<boolean> => {
    const body: KubeObject = {
      ...POD,
      metadata: { name: 'probe', labels: { [NAME]: 'x' } },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    };
    const path = `/api/v1/namespaces/${namespace}/pods`;
    return (await client.raw({ method: 'POST', path, query: { dryRun: 'All' }, body })).code !== 201;
  };

  /** A set that is created while no webhook is registered. */
  const unadmitted = async (prefix: string) => {
    const namespace = await createNamespace(prefix);
    const configurations = await Promise.all(WEBHOOK_CONFIGURATIONS.map((one) => client.get(one)));
    for (const one of WEBHOOK_CONFIGURATIONS) await client.delete(one);
    await waitFor('the end of admission', async () => !(await isAdmissionAsked(namespace)));
    await client.create(leaderWorkerSet(namespace, 'x', { replicas: 2, size: 2 }));
    const pods = await waitFor('leaders', async () => {
      const found = await podsOf(client, namespace, 'x');
      return found.size === 2 && found;
    });
    for (const one of configurations)
      if (one !== undefined) {
        const { name, labels = {} } = one.metadata;
        const again: KubeObject = { ...one, metadata: { name, labels } };
        await client.create(again);
      }
    await waitUntilAvailable(client, namespace, 'x');
    const after = await podsOf(client, namespace, 'x');
    return {
      before: [...pods.values()].map(({ metadata }) => metadata.labels?.[`${LABEL}group-index`]),
      after: [...after.keys()],
    };
  };

  return { stranded, broken, earlierIncarnation, unadmitted };
};

for (const gate of [false, true])
  void t.test(`with the gate MaxUnavailableStatefulSet ${gate ? 'on' : 'off'}`, async (t) => {
    const cluster = await start(gate);
    t.teardown(() => cluster.stop());
    const reconciler = await startFastReconciler(cluster);
    t.teardown(() => reconciler.stop());
    const writes = followWrites(cluster);
    t.teardown(() => writes.close());
    const play = tests(cluster);
    const [second, back, broken, earlier] = await Promise.all([
      play.stranded('second', 'nginx:3'),
      play.stranded('back', 'nginx:1'),
      play.broken('broken'),
      play.earlierIncarnation('earlier'),
    ]);

    const note = 'Group 2 is not ready with a template that is gone, deleted leader pod x-2 to recreate it';
    t.same(
      second,
      { notes: [note], kept: [] },
      'a second template recreates the group that the first left in its start',
    );
    t.same(
      back,
      { notes: [note], kept: ['x-0', 'x-0-1', 'x-1', 'x-1-1'] },
      'so does a rollback, which touches no group that has its template, even though the leaders were out of sight for a moment',
    );

    // The API server keeps the budget of the StatefulSet controller with the gate alone.
    const [usual, more] = gate ? [1, 2] : [undefined, undefined];
    t.ok(broken.includes(`4, ${usual} unavailable`), 'an old group that is broken holds a rollout up at first');
    t.ok(
      broken.includes(`3, ${more} unavailable`),
      'after ten minutes no more, nor does it hold up the StatefulSet controller',
    );

    t.same(
      earlier.held,
      [earlier.uids.before, earlier.uids.before],
      "an earlier leader's PodGroup and Service stay its own",
    );
    const deleted = writes.read().filter(({ verb, objectRef }) => verb === 'delete' && objectRef?.resource === 'pods');
    t.same(
      deleted.map(({ objectRef }) => objectRef?.name ?? '').sort((a, b) => a.localeCompare(b)),
      gate ? ['x-1', 'x-2', 'x-2'] : ['x-2', 'x-2'],
      'the reconcilers delete no other leader, but with the gate that of the broken group, for which the StatefulSet controller would wait',
    );
    // No other set may need admission meanwhile. The gate makes no difference.
    if (!gate)
      t.same(
        await play.unadmitted('unadmitted'),
        { before: [undefined, undefined], after: ['x-0', 'x-0-1', 'x-1', 'x-1-1'] },
        'groups that were made without admission are made anew once it is back',
      );
    t.same(reconciler.lines, [], 'nothing goes wrong');
  });

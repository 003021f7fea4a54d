import { readFileSync } from 'node:fs';
import { failContainer } from './breaking/fail-container.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { KubeObject, ObjectRef, WrittenObject } from './kube-object.ts';
import { LABEL, LWS, POD } from './lws-fixtures.ts';
import type { LeaderWorkerSet } from './lws-fixtures.ts';
import { resourcePath } from './resource-path.ts';
import { waitFor } from './wait-for.ts';

/** The name under which upstream's manager owns fields, whether it applies, creates or updates. */
const FIELD_MANAGER = 'lws';

type Condition = { readonly type: string };

/** What a user did, what broke, and what upstream's manager then sent; uids stand as `uid:KIND/NAME`. */
type Step =
  | { readonly do: 'set' | 'create' | 'apply'; readonly object: KubeObject }
  | { readonly do: 'change'; readonly spec: object }
  | { readonly do: 'status'; readonly status: { readonly conditions: readonly Condition[] } }
  | { readonly do: 'rest' }
  | { readonly do: 'fail'; readonly pod: string }
  | { readonly do: 'delete'; readonly pod: string; readonly options: { readonly propagationPolicy: 'Foreground' } };

const UID = /uid:(\w+)\/([\w-]+)/;

const readSteps = (name: string): Step[] =>
  readFileSync(new URL(`upstream/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);

const createNamespace = async (client: ClusterClient, name: string): Promise<void> => {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: name, name: 'default' } };
  await waitFor(`service account in namespace ${name}`, () => client.get(account));
};

/** The owner that a recorded object needs: a leader must have the object's revision, and the worker StatefulSet of the one before it must be gone. */
const findOwner = async (client: ClusterClient, object: KubeObject, [, kind, name = '']: RegExpExecArray) => {
  const ref = { ...(kind === 'Pod' ? POD : LWS), metadata: { namespace: object.metadata.namespace ?? '', name } };
  const owner = await client.get(ref);
  if (kind !== 'Pod' || owner === undefined) return owner;
  const revision = `${LABEL}template-revision-hash`;
  const isNewest = owner.metadata.labels?.[revision] === object.metadata.labels?.[revision];
  const isInTheWay = (await client.get(object)) !== undefined;
  return isNewest && !owner.metadata.deletionTimestamp && !isInTheWay && owner;
};

const withUids = async (client: ClusterClient, object: KubeObject): Promise<WrittenObject> => {
  const text = JSON.stringify(object);
  const placeholder = UID.exec(text);
  if (placeholder === null) return object;
  const owner = await waitFor(placeholder[0], () => findOwner(client, object, placeholder));
  return JSON.parse(text.replace(UID, owner.metadata.uid ?? '')) as WrittenObject;
};

/** Resolves when every pod that the set is to have is Ready. */
const waitForReady = (client: ClusterClient, { metadata: { namespace = '', name } }: ObjectRef): Promise<unknown> =>
  waitFor(`ready pods in ${namespace}`, async () => {
    const set = await client.get<LeaderWorkerSet & { spec: { leaderWorkerTemplate: { size: number } } }>({
      ...LWS,
      metadata: { namespace, name },
    });
    const statefulSets = await client.list<KubeObject & { status: { readyReplicas?: number } }>({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      namespace,
    });
    const ready = statefulSets.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0);
    return set !== undefined && ready === set.spec.replicas * set.spec.leaderWorkerTemplate.size;
  });

const writeStatus = async (
  client: ClusterClient,
  ref: ObjectRef,
  status: Extract<Step, { do: 'status' }>['status'],
) => {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
  const conditions = status.conditions.map((condition) => ({ ...condition, lastTransitionTime }));
  const path = `${resourcePath(ref, ref.metadata.namespace)}/${ref.metadata.name}/status`;
  const live = await client.get(ref);
  const body = { ...live, status: { ...status, conditions } };
  const { code } = await client.raw({ method: 'PUT', path, query: { fieldManager: FIELD_MANAGER }, body });
  if (code !== 200) throw new Error(`status of ${ref.metadata.name}: ${code}`);
};

/**
 * Brings a set into a state in which upstream's manager left it: sends what a user and that manager sent, in the manager's name, and lets the cluster do
 * the rest. The namespace, to which the resolved reference of the set leads, is fixed: group keys depend on it. Conditions get their times now.
 */
export async function replayUpstream(client: ClusterClient, name: string): Promise<LeaderWorkerSet> {
  let set: ObjectRef = { ...LWS, metadata: { name: '' } };
  const inNamespace = (pod: string) => ({ namespace: set.metadata.namespace ?? '', name: pod });

  const take = async (step: Step): Promise<unknown> => {
    switch (step.do) {
      case 'set':
        set = step.object;
        await createNamespace(client, step.object.metadata.namespace ?? '');
        return client.create(step.object, 'user');
      case 'create':
        return client.create(await withUids(client, step.object), FIELD_MANAGER);
      case 'apply':
        return client.apply(await withUids(client, step.object), FIELD_MANAGER);
      case 'change':
        return client.patch(set, { spec: step.spec }, { fieldManager: 'user' });
      case 'status':
        return writeStatus(client, set, step.status);
      case 'rest':
        return waitForReady(client, set);
      case 'fail':
        return failContainer(client, inNamespace(step.pod));
      case 'delete':
        return client.delete({ ...POD, metadata: inNamespace(step.pod) }, step.options);
    }
  };

  for (const step of readSteps(name)) await take(step);
  const live = await client.get<LeaderWorkerSet>(set);
  if (live === undefined) throw new Error(`no set in ${name}`);
  return live;
}

/** Upstream's last apply of a scenario, to be sent again as it does at each of its reconciles. */
export async function reapplyUpstream(client: ClusterClient, name: string): Promise<KubeObject> {
  const last = readSteps(name).findLast((step) => step.do === 'apply');
  if (last?.do !== 'apply') throw new Error(`no apply in ${name}`);
  return client.apply(await withUids(client, last.object), FIELD_MANAGER);
}

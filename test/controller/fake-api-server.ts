import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta, ObjectRef } from '../../src/api/kubernetes.ts';
import { LABEL } from '../../src/api/labels.ts';
import { ApiError } from '../../src/kube/api-error.ts';
import { resourcePath } from '../../src/kube/resource-path.ts';
import type { RestClient, WatchOptions } from '../../src/kube/rest-client.ts';

type Stored = KubeObject & { readonly spec?: object };
type Watch = Pick<WatchOptions, 'path' | 'query' | 'onLine'>;

const refusal = (code: number, reason: string): ApiError => new ApiError({ code, reason, message: reason });

/** The fields of an applied body, as the API server notes them. */
const ownedBy = (value: unknown): object => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`f:${key}`, ownedBy(member)]));
};

const merge = (into: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(into as object | undefined) };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  return merged;
};

/** A stored object is of the type that whoever asks for it names. */
const typed = (object: Stored): never => object as never;

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

/**
 * An API server in memory, as far as the reconcilers use one, without controllers: tests make the pods. What it tells of a kind can be held back, as
 * when a watch lags.
 */
export const createFakeApiServer = () => {
  const objects = new Map<string, Stored>();
  const watches = new Set<Watch>();
  const held = new Map<string, (() => void)[]>();
  const refusals = new Map<string, string>();
  const requests: string[] = [];
  let version = 0;

  const keyOf = ({ kind }: { kind: string }, { namespace, name }: ObjectMeta | ObjectRef): string =>
    `${kind} ${namespace ?? ''}/${name ?? ''}`;
  const stamp = (): string => String((version += 1));

  const send = ({ onLine }: Watch, type: string, object: object): void =>
    onLine(Buffer.from(JSON.stringify({ type, object })));

  const isWatched = ({ path, query }: Watch, { apiVersion, kind, metadata }: Stored): boolean =>
    path === resourcePath({ apiVersion, kind }) &&
    (query['labelSelector'] === undefined || metadata.labels?.[LABEL.name] !== undefined);

  const tell = (type: string, object: Stored, before?: Stored): void => {
    const now = (): void => {
      for (const watch of watches)
        if (isWatched(watch, object)) send(watch, type, object);
        // Whoever watches only objects with a label is told that one without it is gone.
        else if (before !== undefined && isWatched(watch, before))
          send(watch, 'DELETED', {
            ...before,
            metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion },
          });
    };
    const waiting = held.get(object.kind);
    if (waiting === undefined) now();
    else waiting.push(now);
  };

  const put = (object: Stored, type: 'ADDED' | 'MODIFIED'): Stored => {
    const before = objects.get(keyOf(object, object.metadata));
    const isSpecNew = !isDeepStrictEqual(before?.spec, object.spec);
    const metadata = {
      ...object.metadata,
      uid: object.metadata.uid ?? `${object.metadata.name}@${version}`,
      generation: (before?.metadata.generation ?? 0) + (isSpecNew ? 1 : 0),
      resourceVersion: stamp(),
    };
    // As it travels: without fields that are undefined.
    const stored = JSON.parse(JSON.stringify({ ...object, metadata })) as Stored;
    objects.set(keyOf(stored, metadata), stored);
    tell(type, stored, before);
    return stored;
  };

  const find = (ref: ObjectRef): Stored => {
    const found = objects.get(keyOf(ref, ref));
    if (found === undefined) throw refusal(404, 'NotFound');
    return found;
  };

  const refOf = ({ apiVersion, kind, metadata: { namespace = '', name = '' } }: KubeObject): ObjectRef => ({
    apiVersion,
    kind,
    namespace,
    name,
  });

  const note = (verb: string, { kind, name }: { kind: string; name?: string | undefined }): void =>
    void requests.push(`${verb} ${kind} ${name ?? ''}`.trimEnd());

  /** Why an apply is refused: other fields of a StatefulSet than these are fixed, and an object has one controller. */
  const refuseApply = (wanted: KubeObject, live: Stored | undefined): void => {
    if (live === undefined) return;
    const { resourceVersion } = wanted.metadata;
    if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion)
      throw refusal(409, 'Conflict');
    const [owner] = wanted.metadata.ownerReferences ?? [];
    const other = live.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const claimsOf = ({ spec }: Stored): unknown => (spec as { volumeClaimTemplates?: unknown }).volumeClaimTemplates;
    const isOthers = other === undefined ? live.metadata.ownerReferences === undefined : other.uid !== owner?.uid;
    if (isOthers || !isDeepStrictEqual(claimsOf(live), claimsOf(wanted))) throw refusal(422, 'Invalid');
  };

  const client: RestClient = {
    request: () => Promise.reject(new Error('lists are streamed')),
    get: async (ref) => {
      note('get', ref);
      return typed(find(ref));
    },
    list: async ({ kind }, { namespace = '', fieldSelector = '' } = {}) => {
      const name = fieldSelector.replace('metadata.name=', '');
      note('list', { kind, name });
      const found = objects.get(`${kind} ${namespace}/${name}`);
      return { metadata: {}, items: found === undefined ? [] : [typed(found)] };
    },
    create: async (object) => {
      note('create', { kind: object.kind, name: object.metadata.name });
      const why = refusals.get(object.kind);
      if (why !== undefined) throw new ApiError({ code: 403, reason: 'Forbidden', message: why });
      if (objects.has(keyOf(object, object.metadata))) throw refusal(409, 'AlreadyExists');
      return typed(put(object, 'ADDED'));
    },
    apply: async (object) => {
      note('apply', { kind: object.kind, name: object.metadata.name });
      const live = objects.get(keyOf(object, object.metadata));
      refuseApply(object, live);
      const { labels, annotations, ownerReferences } = object.metadata;
      const { spec } = object as Stored;
      const fieldsV1 = ownedBy({ metadata: { labels, annotations, ownerReferences }, spec });
      const managedFields = [{ manager: 'lws', operation: 'Apply', fieldsV1 }];
      const metadata = { ...live?.metadata, ...object.metadata, managedFields };
      return typed(put({ ...live, ...object, metadata }, live === undefined ? 'ADDED' : 'MODIFIED'));
    },
    mergePatch: async (ref, patch, { subresource } = {}) => {
      if (ref.kind !== 'Event') note(subresource === undefined ? 'patch' : `patch ${subresource}`, ref);
      return typed(put(merge(find(ref), patch) as Stored, 'MODIFIED'));
    },
    update: () => Promise.reject(new Error('nothing is replaced')),
    updateStatus: () => Promise.reject(new Error('nothing is replaced')),
    delete: async (ref, { uid }) => {
      note('delete', ref);
      const found = find(ref);
      if (uid !== undefined && found.metadata.uid !== uid) throw refusal(409, 'Conflict');
      remove(found);
      return undefined;
    },
    watch: ({ path, query, onLine, signal }) =>
      new Promise((resolve) => {
        const watch = { path, query, onLine };
        watches.add(watch);
        for (const object of objects.values()) if (isWatched(watch, object)) send(watch, 'ADDED', object);
        send(watch, 'BOOKMARK', { metadata: { resourceVersion: String(version), annotations: INITIAL_EVENTS_END } });
        signal.addEventListener('abort', () => {
          watches.delete(watch);
          resolve();
        });
      }),
  };

  const remove = (object: KubeObject): void => {
    const found = find(refOf(object));
    objects.delete(keyOf(found, found.metadata));
    tell('DELETED', { ...found, metadata: { ...found.metadata, resourceVersion: stamp() } });
  };

  return {
    client,
    /** Creates or changes an object, as somebody else does. */
    put: (object: Stored): Stored => put(object, objects.has(keyOf(object, object.metadata)) ? 'MODIFIED' : 'ADDED'),
    /** Deletes an object, as somebody else does. */
    remove,
    get: (kind: string, name: string): Stored | undefined => objects.get(`${kind} default/${name}`),
    /** What was asked since the last call, in words, without events. */
    takeRequests: (): string[] => requests.splice(0).filter((request) => !request.includes('Event')),
    notes: (): string[] =>
      [...objects.values()].flatMap((object) =>
        object.kind === 'Event' ? [`${(object as { type?: string }).type} ${(object as { note?: string }).note}`] : [],
      ),
    /** Lets nobody create objects of a kind until the answer is called. */
    refuse: (kind: string, why: string): (() => void) => {
      refusals.set(kind, why);
      return () => void refusals.delete(kind);
    },
    /** Tells nothing of a kind until the answer is called. */
    holdBack: (kind: string): (() => Promise<void>) => {
      const waiting: (() => void)[] = [];
      held.set(kind, waiting);
      return async () => {
        held.delete(kind);
        for (const now of waiting) now();
        await setImmediate();
      };
    },
  };
};

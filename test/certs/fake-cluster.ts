import type { KubeObject } from '../../src/api/kubernetes.ts';
import { ApiError } from '../../src/kube/api-error.ts';
import { createObjectRequests } from '../../src/kube/object-requests.ts';
import { resourcePath } from '../../src/kube/resource-path.ts';
import type { RequestOptions, WatchOptions } from '../../src/kube/rest-client.ts';

type Watcher = { readonly path: string; readonly name: string; readonly send: (type: string, object: object) => void };

const refuse = (code: number, reason: string): ApiError => new ApiError({ code, reason, message: reason });

const pathOf = ({ apiVersion, kind, metadata }: KubeObject): string =>
  resourcePath({ apiVersion, kind, namespace: metadata.namespace });

/** As much of an API server as it takes to keep a few objects, by name, and to watch each. */
export const createFakeCluster = () => {
  const objects = new Map<string, KubeObject>();
  const watchers = new Set<Watcher>();
  const writes: string[] = [];
  let version = 100;
  let mayCreate = true;
  let mayUpdate = true;
  let mayRead = true;

  const put = (object: KubeObject): KubeObject => {
    const key = `${pathOf(object)}/${object.metadata.name}`;
    const metadata = { uid: key, ...object.metadata, resourceVersion: String((version += 1)) };
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = { ...object, metadata };
    objects.set(key, stored);
    for (const watcher of watchers) if (key === `${watcher.path}/${watcher.name}`) watcher.send(type, stored);
    return stored;
  };

  const request = async ({ method, path, body }: RequestOptions): Promise<KubeObject> => {
    const object = structuredClone(body) as KubeObject;
    if (method === 'POST') {
      if (!mayCreate) throw refuse(403, 'Forbidden');
      if (objects.has(`${path}/${object.metadata.name}`)) throw refuse(409, 'AlreadyExists');
    } else if (!mayUpdate) throw refuse(403, 'Forbidden');
    else if (objects.get(path)?.metadata.resourceVersion !== object.metadata.resourceVersion)
      throw refuse(409, 'Conflict');
    writes.push(`${method} ${object.kind}`);
    return put(object);
  };

  const watch = ({ path, query, onLine, signal }: WatchOptions): Promise<void> =>
    new Promise((resolve, reject) => {
      if (!mayRead) return reject(refuse(403, 'Forbidden'));
      const send = (type: string, object: object): void =>
        onLine(Buffer.from(JSON.stringify({ type, object: structuredClone(object) })));
      const watcher = { path, name: String(query['fieldSelector']).replace('metadata.name=', ''), send };
      const existing = objects.get(`${path}/${watcher.name}`);
      if (existing !== undefined) send('ADDED', existing);
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      send('BOOKMARK', { metadata: { annotations, resourceVersion: String(version) } });
      watchers.add(watcher);
      signal.addEventListener('abort', () => {
        watchers.delete(watcher);
        resolve();
      });
    });

  const client = {
    request: request as <T>(options: RequestOptions) => Promise<T>,
    watch,
    ...createObjectRequests(request as <T>(options: RequestOptions) => Promise<T>),
  };
  return {
    client,
    put,
    remove: (kind: string): void => {
      for (const [key, object] of objects) {
        if (object.kind !== kind) continue;
        objects.delete(key);
        const metadata = { ...object.metadata, resourceVersion: String((version += 1)) };
        for (const watcher of watchers)
          if (key === `${watcher.path}/${watcher.name}`) watcher.send('DELETED', { ...object, metadata });
      }
    },
    /** The object as the API server has it now. */
    find: (kind: string, name: string): KubeObject | undefined =>
      [...objects].find(([key, object]) => object.kind === kind && key.endsWith(`/${name}`))?.[1],
    /** What was written by clients, in order. */
    writes,
    forbidReads: () => {
      mayRead = false;
    },
    forbidUpdates: () => {
      mayUpdate = false;
    },
    forbidCreation: () => {
      mayCreate = false;
    },
  };
};

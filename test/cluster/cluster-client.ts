import { ApiRefusal } from './api-refusal.ts';
import type { ApiRequest, Connection, Credentials } from './connection.ts';
import { createConnection } from './connection.ts';
import type { KubeObject, ObjectRef, WrittenObject } from './kube-object.ts';
import { resourcePath } from './resource-path.ts';

export interface ListOptions {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface DeleteOptions {
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}

export interface PatchOptions {
  type?: 'merge' | 'json' | 'strategic-merge';
  subresource?: string;
  fieldManager?: string;
}

const pathOf = (ref: ObjectRef, subresource?: string): string =>
  `${resourcePath(ref, ref.metadata.namespace)}/${ref.metadata.name}${subresource === undefined ? '' : `/${subresource}`}`;

function createCall(connection: Connection): <T>(request: ApiRequest) => Promise<T> {
  return async <T>(request: ApiRequest) => {
    const { code, body } = await connection.send(request);
    if (code >= 300) throw new ApiRefusal(`${request.method} ${request.path}`, code, body);
    return JSON.parse(body) as T;
  };
}

/** Returns a client of the API server for tests: every verb resolves to the answered object and throws ApiRefusal on any refusal. */
export function createClusterClient(credentials: Credentials) {
  const connection = createConnection(credentials);
  const call = createCall(connection);

  /** Resolves to the object, or to undefined where there is none. */
  const get = async <T = KubeObject>(ref: ObjectRef): Promise<T | undefined> => {
    try {
      return await call<T>({ method: 'GET', path: pathOf(ref) });
    } catch (error) {
      if (error instanceof ApiRefusal && error.code === 404) return undefined;
      throw error;
    }
  };

  const list = async <T = KubeObject>({
    namespace,
    labelSelector,
    fieldSelector,
    ...type
  }: ListOptions): Promise<T[]> => {
    const query = { labelSelector, fieldSelector };
    return (await call<{ items: T[] }>({ method: 'GET', path: resourcePath(type, namespace), query })).items;
  };

  const create = <T = KubeObject>(object: WrittenObject, fieldManager = 'test'): Promise<T> =>
    call<T>({
      method: 'POST',
      path: resourcePath(object, object.metadata.namespace),
      query: { fieldManager },
      body: object,
    });

  /** Server-side apply. */
  const apply = <T = KubeObject>(object: WrittenObject, fieldManager = 'test', force = true): Promise<T> =>
    call<T>({
      method: 'PATCH',
      path: pathOf(object),
      query: { fieldManager, force },
      body: object,
      contentType: 'application/apply-patch+yaml',
    });

  const patch = <T = KubeObject>(ref: ObjectRef, body: unknown, options: PatchOptions = {}): Promise<T> =>
    call<T>({
      method: 'PATCH',
      path: pathOf(ref, options.subresource),
      query: { fieldManager: options.fieldManager ?? 'test' },
      body,
      contentType: `application/${options.type ?? 'merge'}-patch+json`,
    });

  const replace = <T = KubeObject>(object: WrittenObject, subresource?: string): Promise<T> =>
    call<T>({ method: 'PUT', path: pathOf(object, subresource), query: { fieldManager: 'test' }, body: object });

  const remove = async (ref: ObjectRef, options: DeleteOptions = {}): Promise<void> => {
    await call({ method: 'DELETE', path: pathOf(ref), body: { apiVersion: 'v1', kind: 'DeleteOptions', ...options } });
  };

  /** Creates a subresource object, such as an Eviction or a TokenRequest. */
  const createSubresource = <T = KubeObject>(ref: ObjectRef, subresource: string, body: unknown): Promise<T> =>
    call<T>({ method: 'POST', path: pathOf(ref, subresource), body });

  return {
    get,
    list,
    create,
    apply,
    patch,
    replace,
    delete: remove,
    createSubresource,
    raw: connection.send,
    close: connection.close,
  };
}

export type ClusterClient = ReturnType<typeof createClusterClient>;

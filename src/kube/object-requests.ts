import type { KubeObject, ObjectRef } from '../api/kubernetes.ts';
import { resourcePath } from './resource-path.ts';
import type { DeleteOptions, ListOptions, RequestOptions, RestClient } from './rest-client.ts';

const pathOfObject = ({ apiVersion, kind, metadata }: KubeObject, subresource?: string): string =>
  resourcePath({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name, subresource });

const pathOfRef = ({ apiVersion, kind, namespace, name }: ObjectRef, subresource?: string): string =>
  resourcePath({ apiVersion, kind, namespace, name, subresource });

const listQuery = (options: ListOptions) => ({
  labelSelector: options.labelSelector,
  fieldSelector: options.fieldSelector,
  limit: options.limit,
  continue: options.continue,
  resourceVersion: options.resourceVersion,
});

const deleteBody = (options: DeleteOptions) => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  propagationPolicy: options.propagationPolicy,
  gracePeriodSeconds: options.gracePeriodSeconds,
  ...((options.uid !== undefined || options.resourceVersion !== undefined) && {
    preconditions: { uid: options.uid, resourceVersion: options.resourceVersion },
  }),
});

type ObjectRequests = Omit<RestClient, 'request' | 'watch'>;

/** Requests about objects, in terms of one that sends any request. */
export const createObjectRequests = (request: <T>(options: RequestOptions) => Promise<T>): ObjectRequests => ({
  get: (ref, { signal } = {}) => request({ method: 'GET', path: pathOfRef(ref), signal }),

  list: (resource, options = {}) =>
    request({
      method: 'GET',
      path: resourcePath({ ...resource, namespace: options.namespace }),
      query: listQuery(options),
      signal: options.signal,
    }),

  create: (object, { bodyText, fieldManager, signal } = {}) => {
    const { apiVersion, kind, metadata } = object;
    return request({
      method: 'POST',
      path: resourcePath({ apiVersion, kind, namespace: metadata.namespace }),
      query: { fieldManager },
      body: bodyText ?? object,
      signal,
    });
  },

  apply: (object, { fieldManager, force, subresource, signal }) =>
    request({
      method: 'PATCH',
      path: pathOfObject(object, subresource),
      query: { fieldManager, force },
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
      body: object,
      signal,
    }),

  mergePatch: (ref, patch, { subresource, fieldManager, signal } = {}) =>
    request({
      method: 'PATCH',
      path: pathOfRef(ref, subresource),
      query: { fieldManager },
      contentType: 'application/merge-patch+json',
      body: patch,
      signal,
    }),

  update: (object, { fieldManager, signal } = {}) =>
    request({ method: 'PUT', path: pathOfObject(object), query: { fieldManager }, body: object, signal }),

  updateStatus: (object, { fieldManager, signal } = {}) =>
    request({ method: 'PUT', path: pathOfObject(object, 'status'), query: { fieldManager }, body: object, signal }),

  delete: async <T extends KubeObject>(ref: ObjectRef, options: DeleteOptions): Promise<T | undefined> => {
    const answer = await request<T>({
      method: 'DELETE',
      path: pathOfRef(ref),
      body: deleteBody(options),
      signal: options.signal,
    });
    return answer.kind === 'Status' ? undefined : answer;
  },
});

import type { KubeObject } from '../api/kubernetes.ts';
import type { RestClient } from '../kube/rest-client.ts';

/** Asks the API server for an object as it is now; undefined when there is none. A list by name, since the caches need the right to list anyway. */
export const readLive = async <T extends KubeObject>(
  client: Pick<RestClient, 'list'>,
  { apiVersion, kind, metadata }: KubeObject,
): Promise<T | undefined> => {
  const { namespace, name = '' } = metadata;
  const { items } = await client.list<T>({ apiVersion, kind }, { namespace, fieldSelector: `metadata.name=${name}` });
  const [item] = items;
  // Items of a list don't say what they are.
  return item === undefined ? undefined : { ...item, apiVersion, kind };
};

/** True when the very object is still there, and is to stay. */
export const isStillThere = async (client: Pick<RestClient, 'list'>, object: KubeObject): Promise<boolean> => {
  const live = await readLive(client, object);
  return live?.metadata.uid === object.metadata.uid && live?.metadata.deletionTimestamp === undefined;
};

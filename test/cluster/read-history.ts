import type { ClusterClient } from './cluster-client.ts';
import type { KubeObject } from './kube-object.ts';
import { resourcePath } from './resource-path.ts';

/** One change of an object, as a watch tells it. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

interface Objects {
  apiVersion: string;
  kind: string;
  namespace: string;
}

/** Resolves to the version of a kind's list of objects, from which a history can be read later. */
export async function currentVersion(client: ClusterClient, { namespace, ...type }: Objects): Promise<string> {
  const { body } = await client.raw({ method: 'GET', path: resourcePath(type, namespace), query: { limit: 1 } });
  return (JSON.parse(body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}

/**
 * Resolves to everything that has happened to a kind's objects since a version of their list: nothing is missed, however brief.
 * The API server remembers a minute at least.
 */
export async function readHistory(client: ClusterClient, objects: Objects, since: string): Promise<Change[]> {
  const { namespace, ...type } = objects;
  const query = { watch: true, resourceVersion: since, timeoutSeconds: 1 };
  const { code, body } = await client.raw({ method: 'GET', path: resourcePath(type, namespace), query });
  const changes = body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Change | { type: 'ERROR' });
  if (code !== 200 || changes.some(({ type }) => type === 'ERROR')) throw new Error(`no history: ${body.slice(-500)}`);
  return changes as Change[];
}

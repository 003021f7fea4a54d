import type { ClusterClient } from '../cluster/cluster-client.ts';
import { type Change, currentVersion, readHistory } from '../cluster/read-history.ts';

export interface History {
  /** Takes in what has happened since, for a second. */
  readonly advance: () => Promise<void>;
  readonly changes: readonly Change[];
}

/** Begins to note everything that happens to a kind's objects in a namespace. */
export async function beginHistory(
  client: ClusterClient,
  objects: { apiVersion: string; kind: string; namespace: string },
): Promise<History> {
  let version = await currentVersion(client, objects);
  const changes: Change[] = [];
  return {
    changes,
    advance: async () => {
      const next = await readHistory(client, objects, version);
      changes.push(...next);
      version = next.at(-1)?.object.metadata.resourceVersion ?? version;
    },
  };
}

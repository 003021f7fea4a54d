import type { ClusterClient } from './cluster-client.ts';
import { hasCondition } from './has-condition.ts';
import type { FakeNodes } from './fake-nodes.ts';
import { buildFakeNodes } from './fake-nodes.ts';
import { waitFor } from './wait-for.ts';

/** Creates fake nodes, resolves to their names once all are Ready. */
export async function addNodes(client: ClusterClient, options: FakeNodes = {}): Promise<string[]> {
  const nodes = buildFakeNodes(options);
  await Promise.all(nodes.map((node) => client.create(node)));
  const names = nodes.map((node) => node.metadata.name);
  const isReady = async () => {
    const listed = await client.list({ apiVersion: 'v1', kind: 'Node' });
    const ready = new Set(listed.filter((node) => hasCondition(node, 'Ready')).map((node) => node.metadata.name));
    return names.every((name) => ready.has(name));
  };
  await waitFor('ready nodes', isReady);
  return names;
}

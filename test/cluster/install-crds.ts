import { createClusterClient } from './cluster-client.ts';
import type { Credentials } from './connection.ts';
import { hasCondition } from './has-condition.ts';
import type { WrittenObject } from './kube-object.ts';
import { waitFor } from './wait-for.ts';

/** Installs custom resource definitions as kubectl does, and resolves once the API server serves their kinds. */
export async function installCRDs(admin: Credentials, crds: readonly WrittenObject[]): Promise<void> {
  const client = createClusterClient(admin);
  for (const crd of crds) await client.apply(crd, 'kubectl');
  for (const crd of crds) {
    const isEstablished = async () => hasCondition(await client.get(crd), 'Established');
    await waitFor(`established ${crd.metadata.name}`, isEstablished);
  }
  client.close();
}

import { createClusterClient } from './cluster-client.ts';
import type { Credentials } from './connection.ts';
import { hasCondition } from './has-condition.ts';
import type { WrittenObject } from './kube-object.ts';
import { waitFor } from './wait-for.ts';

type Definition = WrittenObject & {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  };
};

/** What objects of a custom resource definition are called. */
export const servedBy = (crd: WrittenObject): { apiVersion: string; kind: string } => {
  const { group, names, versions } = (crd as Definition).spec;
  return { apiVersion: `${group}/${versions[0]?.name}`, kind: names.kind };
};

/** Installs custom resource definitions as kubectl does, and resolves once the API server serves their kinds. */
export async function installCRDs(admin: Credentials, crds: readonly WrittenObject[]): Promise<void> {
  const client = createClusterClient(admin);
  for (const crd of crds) await client.apply(crd, 'kubectl');
  for (const crd of crds) {
    const isEstablished = async () => hasCondition(await client.get(crd), 'Established');
    await waitFor(`established ${crd.metadata.name}`, isEstablished);
    // For a moment longer its paths may not be there yet.
    await waitFor(`served ${crd.metadata.name}`, () => client.list(servedBy(crd)));
  }
  client.close();
}

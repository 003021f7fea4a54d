// Plays the part of the kubelets that kwok cannot be trusted with: `node end-deleted-pods.ts KUBECONFIG DELAY_MS` ends deleted pods.
// kwok deletes by name alone, and on a busy machine sometimes twice: the second time it meets the pod that has taken the first one's place.
import type { KubeObject } from '../../src/api/kubernetes.ts';
import { isConflict, isNotFound } from '../../src/kube/api-error.ts';
import { connect } from '../../src/kube/connection.ts';
import { createInformer } from '../../src/kube/informer-cache.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';

type DeletedPod = KubeObject & { readonly metadata: { readonly deletionGracePeriodSeconds?: number } };

const [kubeconfig = '', delayMs = '0'] = process.argv.slice(2);
const POD = { apiVersion: 'v1', kind: 'Pod' };

const connection = await connect({ kubeconfig, env: {} });
const client = createRestClient({ connection, userAgent: 'kubelet', qps: 0, burst: 0 });
const complain = (context: object, message: string): void => console.log(message, context);
const log = { debug: () => undefined, info: () => undefined, warn: complain, error: complain };
const pods = createInformer<DeletedPod>({
  client,
  resource: POD,
  log,
  // Thousands of pods may be kept here, and only their names and times matter.
  transform: ({ apiVersion, kind, metadata: { labels: _, annotations: __, ownerReferences: ___, ...metadata } }) => ({
    apiVersion,
    kind,
    metadata,
  }),
});

/** As a kubelet does when the containers have ended: no grace left, and only this very pod. */
const end = async ({ metadata }: DeletedPod): Promise<void> => {
  const { name = '', namespace = '', uid = '' } = metadata;
  try {
    await client.delete({ ...POD, namespace, name }, { uid, gracePeriodSeconds: 0, propagationPolicy: 'Background' });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
};

pods.onChange(({ before, after }) => {
  const isNewlyDeleted =
    after?.metadata.deletionTimestamp !== undefined && before?.metadata.deletionTimestamp === undefined;
  // A pod without grace left has no containers any more: what it still waits for is not the kubelet's.
  if (!isNewlyDeleted || after.metadata.deletionGracePeriodSeconds === 0) return;
  setTimeout(
    () => void end(after).catch((error: unknown) => complain({ error }, 'a pod could not be ended')),
    Number(delayMs),
  );
});
await pods.run(new AbortController().signal);

import type { PodRef } from './breaking/pod-ref.ts';
import { podRef } from './breaking/pod-ref.ts';
import type { ClusterClient } from './cluster-client.ts';

/** The annotation that keeps a pod Pending on its node for as long as it is there. */
export const HOLD = 'lws-test/hold';

/** Lets a pod start that was held back by the annotation. */
export async function releasePod(client: ClusterClient, pod: PodRef): Promise<void> {
  await client.patch(podRef(pod), { metadata: { annotations: { [HOLD]: null } } });
}

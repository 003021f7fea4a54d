import { connect } from '../../src/kube/connection.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';
import { type Resource, resourcePath } from '../../src/kube/resource-path.ts';
import type { ControlPlane } from './start-control-plane.ts';

/** The lines with which the API server tells a watch of what exists, as it writes them. */
export const readInitialEvents = async (
  { adminKubeconfig: kubeconfig }: ControlPlane,
  resource: Resource,
): Promise<Buffer[]> => {
  const connection = await connect({ kubeconfig, env: {} });
  const lines: Buffer[] = [];
  try {
    await createRestClient({ connection, userAgent: 'lws/test', qps: 0, burst: 0 }).watch({
      path: resourcePath(resource),
      query: {
        watch: true,
        allowWatchBookmarks: true,
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        timeoutSeconds: 1,
      },
      silenceMs: 10_000,
      signal: new AbortController().signal,
      onLine: (line) => lines.push(Buffer.from(line)),
    });
  } finally {
    connection.close();
  }
  return lines;
};

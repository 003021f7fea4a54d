import { readMetrics } from './read-metrics.ts';
import { requestToken } from './request-token.ts';
import type { ControlPlane } from './start-control-plane.ts';
import type { Manager } from './start-manager.ts';

const READER = { namespace: 'default', name: 'metrics-reader' };

/** Lets somebody read metrics as docs/metrics.md says, and answers how: the scrape of a manager, and its values by series. */
export const createMetricsReader = async ({ client }: ControlPlane) => {
  await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: READER });
  await client.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: READER.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'lws-metrics-reader' },
    subjects: [{ kind: 'ServiceAccount', ...READER }],
  });
  const token = await requestToken(client, READER.namespace, READER.name);
  return async ({ metricsOrigin }: Pick<Manager, 'metricsOrigin'>) => {
    const { code, body: text } = await readMetrics(metricsOrigin, token);
    if (code !== 200) throw new Error(`the metrics cannot be read: ${code} ${text}`);
    const values = new Map(
      [...text.matchAll(/^([a-z]\w*(?:\{.*\})?) (\S+)$/gm)].map(([, series = '', value]) => [series, Number(value)]),
    );
    return { text, values };
  };
};

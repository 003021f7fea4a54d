import type { KubeObject } from '../../src/api/kubernetes.ts';
import { LABEL } from '../../src/api/labels.ts';
import { connect } from '../../src/kube/connection.ts';
import { createInformer } from '../../src/kube/informer-cache.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

// A program of its own that reads all pods of LeaderWorkerSets once, the same way as the manager does after its start.

const connection = await connect({ kubeconfig: undefined, env: process.env });
const client = createRestClient({ connection, userAgent: 'foreign-reader', qps: 0, burst: 0 });
const stop = new AbortController();
const pods = createInformer<KubeObject>({
  client,
  resource: { apiVersion: 'v1', kind: 'Pod' },
  labelSelector: LABEL.name,
  log: createLogger({ level: 'error' }),
});
console.log('begun');
const running = pods.run(stop.signal);
await pods.synced();
console.log('read', [...pods.list()].length);
stop.abort();
await running;
connection.close();

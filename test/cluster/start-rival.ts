import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './component.ts';
import { createComponent } from './component.ts';
import type { ControlPlane } from './start-control-plane.ts';

/** The user that rivals are to the API server. */
export const RIVAL_USER = 'rival';

export type ElectionTimes = {
  readonly leaseDuration: string;
  readonly renewDeadline: string;
  readonly retryPeriod: string;
};

/**
 * Starts a process of Kubernetes' own that competes for the managers' lease with client-go: a scheduler for pods that ask for `nobody`.
 * It ends with the control plane.
 */
export const startRival = async (cluster: ControlPlane, name: string, times: ElectionTimes): Promise<Component> => {
  const { directory, programs } = cluster;
  const config = join(directory, `${name}.json`);
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: await cluster.kubeconfigForUser(RIVAL_USER, ['system:masters']) },
    leaderElection: {
      leaderElect: true,
      resourceLock: 'leases',
      resourceNamespace: 'lws-system',
      resourceName: 'b8b2488c.x-k8s.io',
      ...times,
    },
    profiles: [{ schedulerName: 'nobody' }],
  };
  writeFileSync(config, JSON.stringify(configuration));
  const args = [`--config=${config}`, '--secure-port=0'];
  const rival = createComponent({
    supervisor: cluster,
    programs,
    name,
    program: join(programs, 'kube-scheduler'),
    args,
    directory,
  });
  rival.start();
  return rival;
};

import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge } from '@prometheus-io/client';

export type LeaderElectionRecorder = {
  readonly isLeader: (leaseName: string, isLeader: boolean) => void;
  /** Counts an attempt that was slowed down by the client's own rate limit. */
  readonly slow: (leaseName: string) => void;
};

/** The metrics of leader election, under client-go's names. */
export const createLeaderElectionMetrics = (registry: Registry): LeaderElectionRecorder => {
  const status = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process holds the lease: 1 the holder, 0 a backup. The name of the lease is in the label.',
    labelNames: ['name'],
    registers: [registry],
  });
  const slow = new Counter({
    name: 'leader_election_slowpath_total',
    help: 'Total number of slow path exercised in renewing leader leases.',
    labelNames: ['name'],
    registers: [registry],
  });
  return {
    isLeader: (name, isLeader) => status.set({ name }, isLeader ? 1 : 0),
    slow: (name) => slow.inc({ name }),
  };
};

import { leaderWorkerSet } from '../cluster/lws-fixtures.ts';
import type { Random } from './random.ts';

export type Policy = 'RecreateGroupOnPodRestart' | 'RecreateGroupAfterStart' | 'None';

/** A set as it is meant to be. */
export interface ChaosSet {
  readonly name: string;
  readonly policy: Policy;
  readonly size: number;
  readonly replicas: number;
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  readonly partition: number;
  /** Of its template: a new one is a new image. */
  readonly version: number;
  /** Pods of its template never become ready. */
  readonly isBroken: boolean;
  /** It runs on nodes that hold one pod each, and may be lost without harm to another set. */
  readonly hasOwnNodes: boolean;
}

const WITH_OWN_NODES = 2;
/** Enough for the pods of the sets with nodes of their own, with surge and some that are on their way out. */
export const OWN_NODES = { nodesPerRack: 60, racks: 1, labels: { pool: 'own' }, capacity: { pods: '1' } };

/** Picks a set of one to four groups of one to three pods. */
export function randomSet(random: Random, index: number): ChaosSet {
  const maxSurge = random.below(3);
  return {
    name: `c${index}`,
    policy: random.pick(['RecreateGroupOnPodRestart', 'RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None']),
    size: 1 + random.below(3),
    replicas: 1 + random.below(4),
    maxSurge,
    maxUnavailable: maxSurge > 0 && random.chance(0.3) ? 0 : 1 + random.below(2),
    partition: 0,
    version: 1,
    isBroken: false,
    hasOwnNodes: index < WITH_OWN_NODES,
  };
}

/** Returns the object that says so. */
export function manifest(namespace: string, set: ChaosSet) {
  const { name, policy, size, replicas, maxUnavailable, maxSurge, partition, version, isBroken, hasOwnNodes } = set;
  return leaderWorkerSet(namespace, name, {
    replicas,
    size,
    spec: {
      rolloutStrategy: {
        type: 'RollingUpdate',
        rollingUpdateConfiguration: { maxUnavailable, maxSurge, partition },
      },
    },
    group: {
      restartPolicy: policy,
      workerTemplate: {
        metadata: { annotations: isBroken ? { 'lws-test/hold': 'broken' } : {} },
        spec: {
          nodeSelector: { pool: hasOwnNodes ? 'own' : 'shared' },
          containers: [{ name: 'worker', image: `worker:${version}` }],
          initContainers: [
            { name: 'init', image: 'init:1' },
            { name: 'sidecar', image: 'sidecar:1', restartPolicy: 'Always' },
          ],
        },
      },
    },
  });
}

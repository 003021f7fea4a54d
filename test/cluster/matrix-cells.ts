import { FAILURES, type Failure } from './breaking/failures.ts';
import { leaderWorkerSet } from './lws-fixtures.ts';

export const POLICIES = ['RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None'] as const;

/** In every set: group 0 is left alone, the worker of group 1 fails, and the leader of group 2. */
export const GROUPS = ['nobody', 'worker', 'leader'] as const;

/** A set that one kind of failure happens to. */
export interface Cell {
  readonly set: string;
  readonly policy: (typeof POLICIES)[number];
  readonly failure: Failure;
}

/** Every failure with every policy. */
export const cells: readonly Cell[] = POLICIES.flatMap((policy, index) =>
  FAILURES.map((failure) => ({ set: `p${index}-${failure.name.replaceAll(' ', '-')}`, policy, failure })),
);

/** Returns the set of a cell, with groups of two. Where nodes are lost, it needs such that hold one pod each. */
export const setOf = (namespace: string, { set, policy, failure }: Cell) =>
  leaderWorkerSet(namespace, set, {
    replicas: GROUPS.length,
    size: 2,
    group: { restartPolicy: policy },
    pod: {
      nodeSelector: { pool: failure.name === 'node lost' ? 'lost' : 'kept' },
      initContainers: [
        { name: 'init', image: 'init:1' },
        { name: 'sidecar', image: 'sidecar:1', restartPolicy: 'Always' },
      ],
    },
  });

/** The names of the pods that fail. */
export const victimsOf = ({ set }: Cell): string[] => [`${set}-1-1`, `${set}-2`];

interface Expected {
  readonly leaders: number;
  readonly statefulSets: number;
  readonly workers: 'same' | 'new';
  readonly deletions: number;
}

const UNTOUCHED: Expected = { leaders: 0, statefulSets: 0, workers: 'same', deletions: 0 };

/** What shall become of a group: how many new leaders and worker StatefulSets, and how often the manager deletes its leader. */
export function expectedOf({ policy, failure }: Cell, victim: (typeof GROUPS)[number]): Expected {
  if (victim === 'nobody') return UNTOUCHED;
  const isLeaderLost = failure.losesPod && victim === 'leader';
  if (isLeaderLost) return { leaders: 1, statefulSets: 1, workers: 'new', deletions: 0 };
  if (policy !== 'None') return { leaders: 1, statefulSets: 1, workers: 'new', deletions: 1 };
  return failure.losesPod ? { ...UNTOUCHED, workers: 'new' } : UNTOUCHED;
}

/** The states by which groups are counted; a group is in exactly one of them. docs/metrics.md defines them. */
export const COUNTED_STATES = ['missing', 'pending', 'unready', 'ready', 'terminating'] as const;

export type CountedState = (typeof COUNTED_STATES)[number];

/** Why a group starts over. */
export const RESTART_CAUSES = ['container_restarted', 'pod_deleted', 'pod_failed'] as const;

export type RestartCause = (typeof RESTART_CAUSES)[number];

/** What is to be told of all groups and rollouts at one moment. */
export type GroupFigures = {
  readonly groups: Readonly<Record<CountedState, number>>;
  /** Groups whose pods are of an older template than that of their set. */
  readonly outdated: number;
  /** For how long the group has not been ready that has not been for longest; 0 when all are. */
  readonly longestNotReadySeconds: number;
  readonly rollouts: number;
  /** For how long the oldest rollout has been under way; 0 when none is. */
  readonly longestRolloutSeconds: number;
};

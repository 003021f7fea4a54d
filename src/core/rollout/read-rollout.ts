import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { desiredReplicas } from '../desired/pod-template.ts';
import { resolveIntOrPercent } from '../int-or-percent.ts';

/** The rollout strategy of a set in whole groups. */
export type Rollout = {
  readonly replicas: number;
  /** Groups with an index below keep their revision. */
  readonly partition: number;
  /** Groups that may be missing of `replicas`; not capped. */
  readonly maxUnavailable: number;
  /** Groups beyond `replicas` that may exist; at most `replicas`. */
  readonly maxSurge: number;
};

/** Reads the rollout strategy; what is absent or no number counts as its default. */
export const readRollout = (set: LeaderWorkerSet): Rollout => {
  const replicas = desiredReplicas(set);
  const configuration = set.spec.rolloutStrategy?.rollingUpdateConfiguration ?? {};
  const surge = resolveIntOrPercent(configuration.maxSurge ?? 0, replicas, 'up') ?? 0;
  return {
    replicas,
    partition: configuration.partition ?? 0,
    maxUnavailable: resolveIntOrPercent(configuration.maxUnavailable ?? 1, replicas, 'down') ?? 1,
    maxSurge: Math.min(surge, replicas),
  };
};

import { groupSize } from '../core/desired/pod-template.ts';
import { noteRisks } from '../core/preview/note-risks.ts';
import type { ChangePlan } from '../core/preview/plan-change.ts';
import type { Pace } from '../core/preview/simulated-group.ts';

/** The plan of one change for machines; without `rollout` where there are too many groups to play. */
export const planSummary = (plan: ChangePlan, pace: Pace): object => {
  const { before, after, paths, rolloutBefore, rollout, floor, played } = plan;
  const chosen = played?.[pace];
  return {
    name: after.metadata.name,
    namespace: after.metadata.namespace,
    rollsPods: paths.length > 0,
    changedPaths: paths,
    replicas: { before: rolloutBefore.replicas, after: rollout.replicas },
    size: { before: groupSize(before), after: groupSize(after) },
    strategy: { maxUnavailable: rollout.maxUnavailable, maxSurge: rollout.maxSurge, partition: rollout.partition },
    featureGates: { MaxUnavailableStatefulSet: pace === 'maxUnavailable' },
    availableInAnyOrder: floor,
    ...(chosen === undefined ? {} : { rollout: { ...chosen, notes: noteRisks(plan, chosen) } }),
  };
};

/** Fields that several rules speak of, as messages name them. */
export const FIELD = {
  replicas: 'spec.replicas',
  size: 'spec.leaderWorkerTemplate.size',
  /** Upstream: `SubGroupPolicy` with a capital S. */
  subGroupSize: 'spec.leaderWorkerTemplate.SubGroupPolicy.subGroupSize',
  maxUnavailable: 'spec.rolloutStrategy.rollingUpdateConfiguration.maxUnavailable',
  maxSurge: 'spec.rolloutStrategy.rollingUpdateConfiguration.maxSurge',
  partition: 'spec.rolloutStrategy.rollingUpdateConfiguration.partition',
} as const;

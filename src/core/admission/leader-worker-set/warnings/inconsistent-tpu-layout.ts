import { requestsTPUs } from '../../pod/requests-tpus.ts';
import type { Advice } from '../rule.ts';

/**
 * TPU hosts of sub-groups are only listed rightly when the sub-groups divide all pods that use TPUs: the whole group
 * when the leader is one of them, else the workers.
 */
export const inconsistentTPULayout: Advice = ({
  size,
  subGroupSize,
  isLeaderExcluded,
  leaderTemplate,
  workerTemplate,
}) => {
  if (subGroupSize === undefined || !requestsTPUs(workerTemplate?.spec)) return [];
  const isLeaderIncluded = requestsTPUs(leaderTemplate?.spec);
  // A leader outside all sub-groups has a warning of its own.
  if (isLeaderExcluded && isLeaderIncluded) return [];
  const counted = isLeaderIncluded ? size : size - 1;
  if (counted % subGroupSize === 0) return [];
  const whose = isLeaderIncluded
    ? `the leader requests google.com/tpu, so size ${size}`
    : `the leader requests no google.com/tpu, so size - 1 = ${counted}`;
  return [
    `spec.leaderWorkerTemplate.subGroupPolicy.subGroupSize: ${whose} must be divisible by ${subGroupSize}; otherwise TPU_WORKER_HOSTNAMES and TPU_WORKER_ID are wrong. Change size or subGroupSize`,
  ];
};

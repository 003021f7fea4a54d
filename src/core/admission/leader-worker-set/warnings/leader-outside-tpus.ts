import { requestsTPUs } from '../../pod/requests-tpus.ts';
import type { Advice } from '../rule.ts';

/** A leader outside all sub-groups is told nothing about TPU hosts. */
export const leaderOutsideTPUs: Advice = ({ isLeaderExcluded, leaderTemplate }) => {
  if (!isLeaderExcluded || !requestsTPUs(leaderTemplate?.spec)) return [];
  return [
    'spec.leaderWorkerTemplate.subGroupPolicy: with LeaderExcluded a leader that requests google.com/tpu gets no TPU variables, and its workers get wrong ones. Give a leaderTemplate without TPUs, or use LeaderWorker',
  ];
};

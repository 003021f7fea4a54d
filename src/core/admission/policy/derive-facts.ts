import type { PodTemplateSpec } from '../../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import { resolveIntOrPercent } from '../../int-or-percent.ts';
import type { SetFacts } from '../leader-worker-set/set-facts.ts';
import { readSetFacts } from '../leader-worker-set/set-facts.ts';
import type { Loose } from '../loose.ts';
import { groupRequests, requestNumbers } from './group-requests.ts';
import { listImages } from './list-images.ts';
import type { ListedImage } from './list-images.ts';

/** What admins reason about, but no schema can compute. */
export type DerivedFacts = {
  readonly groups: number;
  readonly pods: number;
  /** In whole groups, as maxUnavailable. */
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** Pods while a rollout has all its surge. */
  readonly maxPods: number;
  /** Sums by resource: cores, bytes, devices. */
  readonly requests: {
    readonly perGroup: Readonly<Record<string, number>>;
    readonly total: Readonly<Record<string, number>>;
    readonly maxTotal: Readonly<Record<string, number>>;
  };
  readonly images: readonly ListedImage[];
};

const NO_TEMPLATE: PodTemplateSpec = {};

/** Surge never exceeds the number of groups: that is how rollouts read it. */
const surgeOf = ({ maxSurge, replicas }: SetFacts): number =>
  Math.min(resolveIntOrPercent(maxSurge, replicas, 'up') ?? 0, replicas);

/** Derives the facts of a set of the shape LEADER_WORKER_SET_SHAPE. */
export const deriveFacts = (set: Loose<LeaderWorkerSet>): DerivedFacts => {
  const facts = readSetFacts(set);
  const { replicas, size } = facts;
  const maxSurge = surgeOf(facts);
  // Whatever is read of the templates may be absent or null.
  const leader = (facts.leaderTemplate ?? NO_TEMPLATE) as PodTemplateSpec;
  const worker = (facts.workerTemplate ?? NO_TEMPLATE) as PodTemplateSpec;
  const group = groupRequests(leader, worker, size);
  return {
    groups: replicas,
    pods: replicas * size,
    maxSurge,
    maxUnavailable: Math.min(resolveIntOrPercent(facts.maxUnavailable, replicas, 'down') ?? 1, replicas),
    maxPods: (replicas + maxSurge) * size,
    requests: {
      perGroup: requestNumbers(group, 1),
      total: requestNumbers(group, replicas),
      maxTotal: requestNumbers(group, replicas + maxSurge),
    },
    images: listImages(set.spec?.leaderWorkerTemplate),
  };
};

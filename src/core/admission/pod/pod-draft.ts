import type { Container, EnvVar, Pod } from '../../../api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../../api/labels.ts';
import type { Loose } from '../loose.ts';

/** The required affinity and anti-affinity by which pods of one key share a topology with nobody else. */
export type ExclusiveTerm = { readonly labelKey: string; readonly key: string; readonly topologyKey: string };

/** A pod, and what the steps of its mutation have decided so far. The pod itself is never changed. */
export type PodDraft = {
  readonly pod: Loose<Pod>;
  readonly name: string;
  readonly size: bigint;
  readonly isGangScheduled: boolean;
  readonly labels: Map<string, string>;
  readonly annotations: Map<string, string>;
  readonly exclusiveTerms: ExclusiveTerm[];
  readonly tpuVariables: Map<Loose<Container>, readonly EnvVar[]>;
  groupVariables: readonly EnvVar[];
  subdomain: string;
};

/** One thing that a pod of a group gets; returns the message of a refusal when it cannot be given. */
export type Step = (draft: PodDraft) => string | undefined;

/** A draft in which nothing has been decided. */
export const createPodDraft = (pod: Loose<Pod>, size: bigint, isGangScheduled: boolean): PodDraft => ({
  pod,
  name: pod.metadata?.name ?? '',
  size,
  isGangScheduled,
  labels: new Map(),
  annotations: new Map(),
  exclusiveTerms: [],
  tpuVariables: new Map(),
  groupVariables: [],
  subdomain: pod.spec?.subdomain ?? '',
});

/** The value of an annotation that the pod came with; '' when it is there without a value. */
export const annotationOf = (pod: Loose<Pod>, key: string): string | undefined => {
  const value = pod.metadata?.annotations?.[key];
  return value === null ? '' : value;
};

/** The value of a label, as the steps so far have left it; '' when it is there without a value. */
export const labelOf = ({ pod, labels }: PodDraft, key: string): string | undefined => {
  const value = labels.get(key) ?? pod.metadata?.labels?.[key];
  return value === null ? '' : value;
};

/** True for the first pod of a group. A pod without a worker index is a worker. */
export const isLeader = (draft: PodDraft): boolean => labelOf(draft, LABEL.workerIndex) === '0';

/** True when the leader's pod asks for TPUs, as far as a worker was told. */
export const doesLeaderRequestTPUs = ({ pod }: PodDraft): boolean =>
  annotationOf(pod, ANNOTATION.leaderRequestsTPUs) === 'true';

import type { PolicyOperation } from '../../../api/policy.ts';
import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import { defaultLeaderWorkerSet } from '../leader-worker-set/default.ts';
import type { Loose } from '../loose.ts';
import { applyOperations } from '../patch-operation.ts';
import { changedSpecPaths } from './changed-spec-paths.ts';
import { deriveFacts } from './derive-facts.ts';
import type { DerivedFacts } from './derive-facts.ts';

/** What policies are evaluated over. */
export type PolicySubject = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: object;
  readonly derived: DerivedFacts & {
    readonly operation: PolicyOperation;
    readonly isUpdate: boolean;
    /** `spec.replicas` and the like: the fields of the spec that an update changes. */
    readonly changedPaths: readonly string[];
  };
};

type LooseSet = Loose<LeaderWorkerSet>;

const withDefaults = (set: LooseSet): LooseSet => applyOperations(set, defaultLeaderWorkerSet(set));

const buildSubject = (set: LooseSet, operation: PolicyOperation, changedPaths: readonly string[]): PolicySubject => ({
  name: set.metadata?.name ?? '',
  namespace: set.metadata?.namespace ?? '',
  // A null in a map of strings is the empty string to Kubernetes.
  labels: (set.metadata?.labels ?? {}) as Readonly<Record<string, string>>,
  annotations: (set.metadata?.annotations ?? {}) as Readonly<Record<string, string>>,
  spec: set.spec ?? {},
  derived: { operation, isUpdate: operation === 'UPDATE', changedPaths, ...deriveFacts(set) },
});

/** The subject of a set that is created, or is updated from `previous`. Expects sets of the shape LEADER_WORKER_SET_SHAPE. */
export const policySubject = (set: LooseSet, previous?: LooseSet): PolicySubject => {
  const defaulted = withDefaults(set);
  if (previous === undefined) return buildSubject(defaulted, 'CREATE', []);
  return buildSubject(defaulted, 'UPDATE', changedSpecPaths(defaulted, withDefaults(previous)));
};

/**
 * The subject of the set as it was before an update, judged as an update that changes nothing: what is wrong with this one is not the
 * update's fault.
 */
export const previousSubject = (previous: LooseSet): PolicySubject =>
  buildSubject(withDefaults(previous), 'UPDATE', []);

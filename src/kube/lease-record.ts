import type { KubeObject } from '../api/kubernetes.ts';
import { microTime, nanosecondsOf } from './micro-time.ts';

export type LeaseSpec = {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
};

/** coordination.k8s.io/v1 Lease. */
export type Lease = KubeObject & { readonly spec?: LeaseSpec };

type Candidate = { readonly identity: string; readonly leaseDurationMs: number };

/** Who the lease says is leading; empty when nobody is. */
export const holderOf = (lease: Lease): string => lease.spec?.holderIdentity ?? '';

/** The spec that makes, or keeps, the candidate the holder at a wall time. */
export const heldSpec = (
  before: LeaseSpec | undefined,
  { identity, leaseDurationMs }: Candidate,
  nowMs: number,
): LeaseSpec => {
  const now = microTime(nanosecondsOf(nowMs));
  const isOurs = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
    acquireTime: isOurs ? (before.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: isOurs || before === undefined ? transitions : transitions + 1,
  };
};

/** The spec that gives the lease up, so that another candidate need not wait for it to run out. */
export const releasedSpec = (before: LeaseSpec | undefined, nowMs: number): LeaseSpec => {
  const now = microTime(nanosecondsOf(nowMs));
  return {
    ...before,
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: before?.leaseTransitions ?? 0,
  };
};

import type { Enforcement } from '../../../api/policy.ts';
import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import type { Loose } from '../loose.ts';
import type { Policy, PolicySet } from './compile-policies.ts';
import { describeViolation } from './describe-violation.ts';
import { findViolations } from './find-violations.ts';
import { createToleration } from './is-tolerated.ts';
import { coversOperation, coversSubject } from './matches-policy.ts';
import type { PolicySubject } from './subject.ts';
import { policySubject, previousSubject } from './subject.ts';
import type { Violation } from './violation.ts';

/** What a policy says of a request; tolerated is what the set violated before in the same way. */
export type Decision = 'allowed' | 'tolerated' | 'denied' | 'warned' | 'audited';

export type PolicyDecision = {
  readonly policy: string;
  readonly enforcement: Enforcement;
  readonly decision: Decision;
  /** A sentence for each violation that is not tolerated. */
  readonly problems: readonly string[];
};

type LooseSet = Loose<LeaderWorkerSet>;

const VIOLATED: Readonly<Record<Enforcement, Decision>> = { deny: 'denied', warn: 'warned', audit: 'audited' };

type Found = { readonly policy: Policy; readonly violations: readonly Violation[] };

const NOTHING: ReadonlyMap<Policy, readonly Violation[]> = new Map();

const findAll = (policies: readonly Policy[], subject: PolicySubject, refill: () => void): Found[] => {
  refill();
  return policies.map((policy) => ({ policy, violations: findViolations(policy, subject) }));
};

const violationsBefore = (policies: readonly Policy[], previous: LooseSet, refill: () => void) => {
  const subject = previousSubject(previous);
  // A set that a policy did not cover has not violated it.
  const covering = policies.filter(({ match }) => coversSubject(match, subject));
  return new Map(findAll(covering, subject, refill).map(({ policy, violations }) => [policy, violations]));
};

const decide = ({ policy, violations }: Found, before: readonly Violation[]): PolicyDecision => {
  const { name, enforcement } = policy;
  const isTolerated = createToleration(before);
  const remaining = violations.filter((violation) => !isTolerated(violation));
  const problems = remaining.map((violation) => describeViolation(policy, violation));
  if (remaining.length > 0) return { policy: name, enforcement, decision: VIOLATED[enforcement], problems };
  return { policy: name, enforcement, decision: violations.length > 0 ? 'tolerated' : 'allowed', problems };
};

/** Of a set that is going away nothing is demanded: its finalizers must be free to go. */
const isBeingDeleted = (set: LooseSet): boolean => (set.metadata?.deletionTimestamp ?? null) !== null;

/**
 * Evaluates the policies that cover a creation, or an update from `previous`, and answers what each of them says. An update is not
 * denied for what `previous` violated in the same way. Expects sets of the shape LEADER_WORKER_SET_SHAPE.
 */
export const evaluatePolicies = (
  { policies, refill }: PolicySet,
  set: LooseSet,
  previous?: LooseSet,
): PolicyDecision[] => {
  const operation = previous === undefined ? 'CREATE' : 'UPDATE';
  const candidates = policies.filter(({ match }) => coversOperation(match, operation));
  if (candidates.length === 0 || isBeingDeleted(set)) return [];
  const subject = policySubject(set, previous);
  const covering = candidates.filter(({ match }) => coversSubject(match, subject));
  const found = findAll(covering, subject, refill);
  const isViolated = found.some(({ violations }) => violations.length > 0);
  const before = previous === undefined || !isViolated ? NOTHING : violationsBefore(candidates, previous, refill);
  return found.map((each) => decide(each, before.get(each.policy) ?? []));
};

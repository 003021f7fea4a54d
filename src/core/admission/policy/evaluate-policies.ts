import type { Enforcement } from '../../../api/policy.ts';
import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import type { Loose } from '../loose.ts';
import type { Policy, PolicySet } from './compile-policies.ts';
import { describeViolation } from './describe-violation.ts';
import { TOO_COSTLY, findViolations } from './find-violations.ts';
import { createToleration } from './is-tolerated.ts';
import { coversOperation, coversSet } from './matches-policy.ts';
import { withinBudget } from './meter.ts';
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

/** `build` may find that the set is too large to derive anything from. */
const findAll = (policies: readonly Policy[], build: () => PolicySubject, refill: () => void): Found[] => {
  refill();
  const subject = withinBudget(build);
  return policies.map((policy) => ({
    policy,
    violations: subject === undefined ? [TOO_COSTLY] : findViolations(policy, subject),
  }));
};

const covering = (policies: readonly Policy[], { metadata }: LooseSet): readonly Policy[] =>
  policies.filter(({ match }) => coversSet(match, metadata?.namespace ?? '', metadata?.labels ?? {}));

/** A set that a policy did not cover has not violated it. */
const violationsBefore = (policies: readonly Policy[], previous: LooseSet, refill: () => void) =>
  new Map(
    findAll(covering(policies, previous), () => previousSubject(previous), refill).map(({ policy, violations }) => [
      policy,
      violations,
    ]),
  );

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
  if (policies.length === 0) return [];
  const operation = previous === undefined ? 'CREATE' : 'UPDATE';
  const candidates = policies.filter(({ match }) => coversOperation(match, operation));
  if (candidates.length === 0 || isBeingDeleted(set)) return [];
  const covered = covering(candidates, set);
  if (covered.length === 0) return [];
  const found = findAll(covered, () => policySubject(set, previous), refill);
  const isViolated = found.some(({ violations }) => violations.length > 0);
  const before = previous === undefined || !isViolated ? NOTHING : violationsBefore(candidates, previous, refill);
  return found.map((each) => decide(each, before.get(each.policy) ?? []));
};

import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import type { Loose } from '../core/admission/loose.ts';
import type { PolicySet } from '../core/admission/policy/compile-policies.ts';
import type { PolicyDecision } from '../core/admission/policy/evaluate-policies.ts';
import { evaluatePolicies } from '../core/admission/policy/evaluate-policies.ts';
import type { PolicyOutcome } from '../core/admission/policy/policy-outcome.ts';
import { policyOutcome } from '../core/admission/policy/policy-outcome.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { PolicyRecorder } from '../telemetry/policy-metrics.ts';
import { withoutValues } from './without-values.ts';

type LooseSet = Loose<LeaderWorkerSet>;

/** Asks the admin's policies about a set that is created, or updated from `previous`. */
export type PolicyReviewer = (set: LooseSet, previous?: LooseSet) => PolicyOutcome;

export type PolicyReviewerOptions = {
  /** The policies in force at the moment. */
  readonly current: () => PolicySet;
  readonly logger: Logger;
  readonly metrics: PolicyRecorder;
};

/** A log line is read as a whole. */
const MAX_LOGGED = 10;

const report = (decision: PolicyDecision, set: LooseSet, { logger, metrics }: PolicyReviewerOptions): void => {
  const { policy, enforcement, decision: decided, problems } = decision;
  metrics.decided(policy, enforcement, decided);
  if (problems.length === 0) return;
  const { namespace, name, generateName } = set.metadata ?? {};
  const about = { policy, decision: decided, namespace, name: name ?? generateName };
  logger.info(
    { ...about, violations: problems.slice(0, MAX_LOGGED).map(withoutValues), total: problems.length },
    'a policy is violated',
  );
};

/** Makes a reviewer that counts each decision, and logs each policy that a set violates. */
export const createPolicyReviewer =
  (options: PolicyReviewerOptions): PolicyReviewer =>
  (set, previous) => {
    const decisions = evaluatePolicies(options.current(), set, previous);
    for (const decision of decisions) report(decision, set, options);
    return policyOutcome(decisions);
  };

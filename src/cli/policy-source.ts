import { isDeepStrictEqual } from 'node:util';
import type { PolicySet } from '../core/admission/policy/compile-policies.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { PolicyRecorder } from '../telemetry/policy-metrics.ts';
import { followFolders } from './follow-folders.ts';
import type { ReadPolicies } from './read-policies.ts';
import { readPolicies } from './read-policies.ts';

export type PolicySourceOptions = {
  /** Undefined when the manager has no configuration file, and so no policies. */
  readonly configurationFile: string | undefined;
  readonly log: Logger;
  readonly metrics: PolicyRecorder;
};

export type PolicySource = { readonly current: () => PolicySet; readonly stop: () => void };

const NO_POLICIES: PolicySet = { policies: [], refill: () => undefined };

type GoodPolicies = Extract<ReadPolicies, { readonly set: PolicySet }>;

const follow = (
  configurationFile: string,
  first: GoodPolicies,
  { log, metrics }: PolicySourceOptions,
): PolicySource => {
  let current = first;
  let lastProblem = '';

  const look = async (): Promise<readonly string[]> => {
    const next = await readPolicies(configurationFile);
    if (next.problems !== undefined) {
      const problem = next.problems.join('; ');
      // One broken version is one failure, however often it is looked at.
      if (problem !== lastProblem) {
        metrics.reloadFailed();
        log.error({ problems: next.problems }, 'the new policies are no good; the old ones stay in force');
      }
      lastProblem = problem;
      return [...next.files, ...current.files];
    }
    if (lastProblem !== '' || !isDeepStrictEqual(next.definitions, current.definitions)) {
      current = next;
      metrics.loaded(next.definitions);
      log.info({ policies: next.definitions.map(({ name }) => name) }, 'policies were replaced');
    }
    lastProblem = '';
    return next.files;
  };

  const stop = followFolders(first.files, look, log);
  return { current: () => current.set, stop };
};

/**
 * Holds the admin's policies and follows the files that they come from: a new version takes the place of the old one as a whole, if it is
 * good. Rejects, with a sentence for each mistake, when the first version is not.
 */
export const createPolicySource = async (options: PolicySourceOptions): Promise<PolicySource> => {
  const { configurationFile, metrics } = options;
  if (configurationFile === undefined) {
    metrics.loaded([]);
    return { current: () => NO_POLICIES, stop: () => undefined };
  }
  const first = await readPolicies(configurationFile);
  if (first.problems !== undefined) throw new Error(first.problems.join('\n'));
  metrics.loaded(first.definitions);
  return follow(configurationFile, first, options);
};

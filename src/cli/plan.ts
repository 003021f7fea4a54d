import type { JsonObject } from '../core/canonical/json.ts';
import { type ChangePlan, planChange } from '../core/preview/plan-change.ts';
import type { CommandIO } from './command-io.ts';
import { type SetPair, pairSets } from './pair-sets.ts';
import { type PlanCommandOptions, readPlanOptions } from './plan-options.ts';
import { planSummary } from './plan-summary.ts';
import { planText } from './plan-text.ts';
import { readSets } from './read-sets.ts';
import { sortKeys } from './sort-keys.ts';

const planPair = ({ before, after }: SetPair, options: PlanCommandOptions, io: CommandIO): ChangePlan | undefined => {
  const { plan, errors, warnings } = planChange(
    before as unknown as JsonObject,
    after as unknown as JsonObject,
    options,
  );
  const name = `LeaderWorkerSet ${before.metadata.name ?? ''}`;
  for (const warning of warnings) io.stderr(`Warning: ${name}: ${warning}\n`);
  for (const error of errors) io.stderr(`Error: ${name}: ${error}\n`);
  return plan;
};

const readPairs = async ({ oldFile, newFile }: PlanCommandOptions, io: CommandIO): Promise<readonly SetPair[]> => {
  const [old, next] = [await readSets(oldFile, io), await readSets(newFile, io)];
  const errors = [...old.errors, ...next.errors];
  for (const error of errors) io.stderr(`Error: ${error}\n`);
  if (errors.length > 0) return [];
  const { pairs, onlyBefore, onlyAfter } = pairSets(old.sets, next.sets);
  if (pairs.length === 0) io.stderr(`Error: no LeaderWorkerSet is both in ${oldFile} and in ${newFile}\n`);
  for (const { metadata } of onlyBefore) io.stderr(`Warning: LeaderWorkerSet ${metadata.name} is not in ${newFile}\n`);
  for (const { metadata } of onlyAfter) io.stderr(`Warning: LeaderWorkerSet ${metadata.name} is not in ${oldFile}\n`);
  return pairs;
};

const printPlans = (plans: readonly ChangePlan[], { output, pace }: PlanCommandOptions, io: CommandIO): void => {
  if (output === 'text') io.stdout(plans.map((plan) => planText(plan, pace)).join('\n'));
  else io.stdout(`${JSON.stringify(sortKeys(plans.map((plan) => planSummary(plan, pace))), null, 4)}\n`);
};

/**
 * `lws plan -f OLD -f NEW`: prints how LeaderWorkerSets would be rolled from one file to the other. Answers the exit code: 0, 1 when a file cannot
 * be used, a set would be refused, or a rollout would get stuck, 2 for wrong arguments.
 */
export const runPlan = async (args: readonly string[], io: CommandIO): Promise<number> => {
  const options = readPlanOptions(args);
  if ('error' in options) {
    io.stderr(`lws plan: ${options.error}\n`);
    return 2;
  }
  const pairs = await readPairs(options, io);
  const plans = pairs.flatMap((pair) => planPair(pair, options, io) ?? []);
  printPlans(plans, options, io);
  const isStuck = plans.some(({ played }) => played?.[options.pace].outcome === 'stuck');
  return pairs.length === 0 || plans.length < pairs.length || isStuck ? 1 : 0;
};

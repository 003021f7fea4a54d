import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';
import { applyOperations } from '../patch-operation.ts';
import { networkConfig } from './defaults/network-config.ts';
import { deprecatedRestartPolicy } from './defaults/deprecated-restart-policy.ts';
import { restartPolicy } from './defaults/restart-policy.ts';
import { rollingUpdateConfiguration } from './defaults/rolling-update-configuration.ts';
import { rolloutStrategyType } from './defaults/rollout-strategy-type.ts';
import { storedForm } from './stored-form.ts';

/** Says what to set in a LeaderWorkerSet; nothing when it is set already. */
export type Default = (set: Loose<LeaderWorkerSet>) => PatchOperation | undefined;

/** In order: each sees what those before it have set. */
const DEFAULTS: readonly Default[] = [
  restartPolicy,
  deprecatedRestartPolicy,
  rolloutStrategyType,
  rollingUpdateConfiguration,
  networkConfig,
];

/** The patch that gives a LeaderWorkerSet its defaults: empty when it has them all. Expects an object of the shape LEADER_WORKER_SET_SHAPE. */
export const defaultLeaderWorkerSet = (set: Loose<LeaderWorkerSet>): PatchOperation[] => {
  const operations: PatchOperation[] = [];
  let current = set;
  for (const defaultOf of DEFAULTS) {
    const operation = defaultOf(current);
    if (operation === undefined) continue;
    operations.push(operation);
    current = applyOperations(current, [operation]);
  }
  return operations.length === 0 ? operations : [...operations, ...storedForm(current)];
};

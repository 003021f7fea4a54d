import { setField } from '../../set-field.ts';
import type { Default } from '../default.ts';

/** A rolling update replaces one group at a time. Upstream: one that is there but incomplete is left to the defaults of the schema. */
export const rollingUpdateConfiguration: Default = (set) => {
  const strategy = set.spec?.rolloutStrategy;
  if (strategy?.type !== 'RollingUpdate' || strategy.rollingUpdateConfiguration) return undefined;
  const oneByOne = { maxUnavailable: 1, maxSurge: 0, partition: 0 };
  return setField(set, ['spec', 'rolloutStrategy', 'rollingUpdateConfiguration'], oneByOne);
};

import { setField } from '../../set-field.ts';
import type { Default } from '../default.ts';

/** The rollout strategy is a rolling update. Clients written in Go send an unset type as ''. */
export const rolloutStrategyType: Default = (set) =>
  set.spec?.rolloutStrategy?.type ? undefined : setField(set, ['spec', 'rolloutStrategy', 'type'], 'RollingUpdate');

import { setField } from '../../set-field.ts';
import type { Default } from '../default.ts';

/** The deprecated restart policy `Default` means `None`. */
export const deprecatedRestartPolicy: Default = (set) =>
  set.spec?.leaderWorkerTemplate?.restartPolicy === 'Default'
    ? setField(set, ['spec', 'leaderWorkerTemplate', 'restartPolicy'], 'None')
    : undefined;

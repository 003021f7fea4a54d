import { setField } from '../../set-field.ts';
import type { Default } from '../default.ts';

/** A group whose pod fails starts over, unless the set says otherwise. Clients written in Go send an unset policy as ''. */
export const restartPolicy: Default = (set) =>
  set.spec?.leaderWorkerTemplate?.restartPolicy
    ? undefined
    : setField(set, ['spec', 'leaderWorkerTemplate', 'restartPolicy'], 'RecreateGroupOnPodRestart');

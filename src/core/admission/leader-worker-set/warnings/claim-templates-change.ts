import { isSameJSON } from '../../is-same-json.ts';
import type { Advice } from '../rule.ts';

/** StatefulSets cannot change their claim templates. */
export const claimTemplatesChange: Advice = ({ object }, previous) => {
  if (previous === undefined) return [];
  const before = previous.object.spec?.leaderWorkerTemplate?.volumeClaimTemplates ?? [];
  if (isSameJSON(object.spec?.leaderWorkerTemplate?.volumeClaimTemplates ?? [], before)) return [];
  return [
    'spec.leaderWorkerTemplate.volumeClaimTemplates: existing StatefulSets cannot change their claim templates, so groups that exist keep the old ones and updates may stall. Recreate the set to change them',
  ];
};

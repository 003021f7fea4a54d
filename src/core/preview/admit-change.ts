import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { formatFieldError } from '../admission/field-error.ts';
import { validateLeaderWorkerSet } from '../admission/leader-worker-set/validate.ts';
import type { JsonObject } from '../canonical/json.ts';
import { admitLeaderWorkerSet } from './admit-leader-worker-set.ts';

/** A set before and after an update, as the API server would store both, or all that is wrong with them. */
type ChangeAdmission = { readonly warnings: readonly string[] } & (
  | { readonly kind: 'admitted'; readonly before: LeaderWorkerSet; readonly after: LeaderWorkerSet }
  | { readonly kind: 'refused'; readonly errors: readonly string[] }
);

const union = (first: readonly string[], second: readonly string[]): string[] => [...new Set([...first, ...second])];

/** Takes two manifests through admission, the second one also as an update of the first. Warnings are those about the update. */
export const admitChange = (old: JsonObject, next: JsonObject): ChangeAdmission => {
  const before = admitLeaderWorkerSet(old);
  const after = admitLeaderWorkerSet(next);
  const oldErrors = before.kind === 'refused' ? before.errors.map((error) => `as it is now: ${error}`) : [];
  const update =
    before.kind === 'admitted' && after.kind === 'admitted'
      ? validateLeaderWorkerSet(after.set, before.set)
      : { errors: [], warnings: [] };
  const newErrors = union(after.kind === 'refused' ? after.errors : [], update.errors.map(formatFieldError));
  if (before.kind === 'refused' || after.kind === 'refused' || newErrors.length > 0)
    return { kind: 'refused', errors: [...oldErrors, ...newErrors], warnings: after.warnings };
  return {
    kind: 'admitted',
    before: before.set,
    after: after.set,
    warnings: union(after.warnings, update.warnings),
  };
};

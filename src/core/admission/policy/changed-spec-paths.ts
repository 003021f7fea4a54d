import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import { isSameJSON } from '../is-same-json.ts';
import type { Loose } from '../loose.ts';

/** The top-level fields of the spec that differ between two sets, as `spec.NAME`. */
export const changedSpecPaths = (set: Loose<LeaderWorkerSet>, previous: Loose<LeaderWorkerSet>): string[] => {
  const now = new Map<string, unknown>(Object.entries(set.spec ?? {}));
  const before = new Map<string, unknown>(Object.entries(previous.spec ?? {}));
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => !isSameJSON(now.get(name), before.get(name)))
    .map((name) => `spec.${name}`)
    .toSorted();
};

import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Json } from '../canonical/json.ts';
import { changedPaths } from './changed-paths.ts';
import { revisionData } from './revision-data.ts';
import { sameRevision } from './same-revision.ts';

/**
 * The paths whose change rolls the pods of a set that goes from `before` to `after`; none when its pods stay. A changed exclusive-topology annotation
 * is none of them: it waits for the next revision.
 */
export const rollingPaths = (before: LeaderWorkerSet, after: LeaderWorkerSet): string[] =>
  sameRevision(after, revisionData(before))
    ? []
    : changedPaths(JSON.parse(revisionData(before)) as Json, JSON.parse(revisionData(after)) as Json);

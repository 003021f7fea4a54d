import { ANNOTATION } from '../../api/labels.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Json } from '../canonical/json.ts';
import { changedPaths } from './changed-paths.ts';
import { revisionData } from './revision-data.ts';
import { sameRevision } from './same-revision.ts';

const revisionPaths = (before: LeaderWorkerSet, after: LeaderWorkerSet): string[] =>
  sameRevision(after, revisionData(before))
    ? []
    : changedPaths(JSON.parse(revisionData(before)) as Json, JSON.parse(revisionData(after)) as Json);

/** Annotations of the set that are copied to its leaders' template without being part of a revision. */
const copiedAnnotations = ({ spec }: LeaderWorkerSet): string[] =>
  spec.leaderWorkerTemplate.subGroupPolicy
    ? [ANNOTATION.exclusiveTopology, ANNOTATION.subGroupExclusiveTopology]
    : [ANNOTATION.exclusiveTopology];

const annotationPaths = (before: LeaderWorkerSet, after: LeaderWorkerSet): string[] =>
  copiedAnnotations(after)
    .filter((key) => (before.metadata.annotations?.[key] ?? '') !== (after.metadata.annotations?.[key] ?? ''))
    .map((key) => `metadata.annotations[${JSON.stringify(key)}]`);

/** The paths whose change rolls the pods of a set that goes from `before` to `after`; none when its pods stay. */
export const rollingPaths = (before: LeaderWorkerSet, after: LeaderWorkerSet): string[] => [
  ...revisionPaths(before, after),
  ...annotationPaths(before, after),
];

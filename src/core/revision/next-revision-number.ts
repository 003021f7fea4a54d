import type { ControllerRevision } from '../../api/kubernetes.ts';

/** The number of the revision that follows those of a set; the first one is 1. */
export const nextRevisionNumber = (revisions: readonly Pick<ControllerRevision, 'revision'>[]): number =>
  revisions.reduce((highest, { revision }) => Math.max(highest, revision), 0) + 1;

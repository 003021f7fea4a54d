import type { ControllerRevision, KubeObject } from '../../api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { JsonObject } from '../canonical/json.ts';
import { decideLeaderWorkerSet } from '../reconcile/decide-leader-worker-set.ts';
import { revisionData } from '../revision/revision-data.ts';
import { revisionHash } from '../revision/revision-hash.ts';
import { admitLeaderWorkerSet } from './admit-leader-worker-set.ts';
import { chooseGroups } from './choose-groups.ts';
import { expandStatefulSet } from './expand-stateful-set.ts';
import type { PodRange } from './expand-stateful-set.ts';
import { isStatefulSet } from './is-stateful-set.ts';
import { newSet } from './new-set.ts';
import { objectsToCreate } from './objects-to-create.ts';
import { previewGroup } from './preview-group.ts';
import { concatPreviews } from './previewed-objects.ts';
import type { PreviewedObjects } from './previewed-objects.ts';

type PreviewOptions = {
  /** For a set that names none. */
  readonly namespace: string;
  /** The groups to show; absent: all of them. */
  readonly groups?: PodRange | undefined;
  readonly gangScheduling: boolean;
};

/** What a set would become. Where there are errors it would not come into being as a whole, and no objects are given. */
type Preview = PreviewedObjects & { readonly warnings: readonly string[] };

const refuse = (errors: readonly string[], warnings: readonly string[] = []): Preview => ({
  objects: [],
  errors,
  warnings,
});

/** What reconciling makes of a set that has nothing yet. */
const ownObjects = (set: LeaderWorkerSet): readonly KubeObject[] => {
  const data = revisionData(set);
  const actions = decideLeaderWorkerSet(
    {
      set,
      leaderStatefulSet: undefined,
      lastApplied: undefined,
      service: undefined,
      revisions: [],
      template: { data, hash: revisionHash(data) },
      isCurrent: () => true,
      groups: [],
      sinceStatusWriteMs: Infinity,
      incarnations: undefined,
    },
    new Date(0),
  );
  return objectsToCreate(actions);
};

const isRevision = (object: KubeObject): object is ControllerRevision => object.kind === 'ControllerRevision';

const previewAdmitted = (
  set: LeaderWorkerSet,
  range: PodRange,
  options: Pick<PreviewOptions, 'gangScheduling'>,
): PreviewedObjects => {
  const own = ownObjects(set);
  const group = { set, revision: own.find(isRevision), gangScheduling: options.gangScheduling };
  const leaders = own.filter(isStatefulSet).flatMap((statefulSet) => expandStatefulSet(statefulSet, range));
  return concatPreviews([
    { objects: [set, ...own], errors: [] },
    ...leaders.map((leader) => previewGroup(leader, group)),
  ]);
};

/**
 * Everything that a LeaderWorkerSet would become in a cluster, from its manifest alone: the set with its defaults, and what admission and
 * reconciling make of it once all leaders are ready. What only a cluster knows is left empty (the uid of an owner) or named in `<…>`.
 */
export const previewLeaderWorkerSet = (manifest: JsonObject, options: PreviewOptions): Preview => {
  const admission = admitLeaderWorkerSet(newSet(manifest, options.namespace));
  if (admission.kind === 'refused') return refuse(admission.errors, admission.warnings);
  const { set } = admission;
  const choice = chooseGroups(set, options.groups);
  if ('error' in choice) return refuse([choice.error], admission.warnings);
  const warnings = [...admission.warnings, ...choice.warnings];
  const preview = previewAdmitted(set, choice.range, options);
  return preview.errors.length > 0 ? refuse(preview.errors, warnings) : { ...preview, warnings };
};

import type { ControllerRevision, Pod, StatefulSet } from '../../api/kubernetes.ts';
import { ANNOTATION } from '../../api/labels.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { Topology } from '../desired/worker-stateful-set.ts';
import { observePod } from '../observed/observed-pod.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import { decideGroup } from '../reconcile/decide-group.ts';
import { admitPod } from './admit-pod.ts';
import { expandStatefulSet } from './expand-stateful-set.ts';
import type { ExpandedPod } from './expand-stateful-set.ts';
import { isStatefulSet } from './is-stateful-set.ts';
import { objectsToCreate } from './objects-to-create.ts';
import { concatPreviews } from './previewed-objects.ts';
import type { PreviewedObjects } from './previewed-objects.ts';

type GroupPreviewOptions = {
  readonly set: LeaderWorkerSet;
  readonly revision: ControllerRevision | undefined;
  readonly gangScheduling: boolean;
};

/** Stands for a value that only the leader's node knows. No label may hold it, so that nothing is scheduled by it by mistake. */
const leaderTopology = (set: LeaderWorkerSet, leader: Pod): Topology | undefined => {
  const key = set.metadata.annotations?.[ANNOTATION.exclusiveTopology];
  return key ? { key, value: `<label ${key} of the node that ${leader.metadata.name ?? ''} runs on>` } : undefined;
};

/** Ready, because some groups get their workers only then. */
const observeReady = (leader: Pod): ObservedPod =>
  observePod({ ...leader, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } });

const dependentsOf = (leader: Pod, { set, revision, gangScheduling }: GroupPreviewOptions) =>
  objectsToCreate(
    decideGroup({
      set,
      leader: observeReady(leader),
      workerStatefulSet: undefined,
      workers: [],
      service: undefined,
      podGroup: undefined,
      revision,
      topology: leaderTopology(set, leader),
      gangScheduling,
      memory: undefined,
      recorded: undefined,
    }).actions,
  );

const previewWorker = ({ pod, claims }: ExpandedPod, options: GroupPreviewOptions): PreviewedObjects => {
  const admission = admitPod(pod, options);
  return 'error' in admission
    ? { objects: [], errors: [admission.error] }
    : { objects: [...claims, admission.pod], errors: [] };
};

const previewWorkers = (statefulSet: StatefulSet, options: GroupPreviewOptions): readonly PreviewedObjects[] =>
  expandStatefulSet(statefulSet).map((worker) => previewWorker(worker, options));

/** The objects of one group, made from its leader pod as the StatefulSet controller sends it to admission. */
export const previewGroup = ({ pod, claims }: ExpandedPod, options: GroupPreviewOptions): PreviewedObjects => {
  const admission = admitPod(pod, options);
  if ('error' in admission) return { objects: [], errors: [admission.error] };
  const dependents = dependentsOf(admission.pod, options);
  return concatPreviews([
    { objects: [...claims, admission.pod, ...dependents], errors: [] },
    ...dependents.filter(isStatefulSet).flatMap((statefulSet) => previewWorkers(statefulSet, options)),
  ]);
};

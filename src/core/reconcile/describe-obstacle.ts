import type { KubeObject } from '../../api/kubernetes.ts';
import { LABEL } from '../../api/labels.ts';
import { controllerOf } from '../observed/controller-of.ts';
import { isDeleting } from '../observed/group.ts';

/** An object that has the name of one that is to be created. */
export type Obstacle = {
  /** It goes by itself, or is ours and merely not seen yet: nobody has to do anything. */
  readonly isPassing: boolean;
  /** What is in the way, whose it is, and what to do. */
  readonly note: string;
};

const describeOwner = ({ metadata }: KubeObject): string => {
  const owner = controllerOf(metadata);
  if (owner === undefined) return 'that nobody controls';
  const set = metadata.labels?.[LABEL.name];
  const ofSet = set === undefined || owner.kind === 'LeaderWorkerSet' ? '' : ` of LeaderWorkerSet ${set}`;
  return `that belongs to ${owner.kind} ${owner.name}${ofSet}`;
};

/** True where both belong to the same owner, or to two of one name: the earlier one is gone, and the garbage collector is about to take what it had. */
const isOfSameOwner = (wanted: KubeObject, live: KubeObject): boolean => {
  const owner = controllerOf(wanted.metadata);
  const other = controllerOf(live.metadata);
  return owner !== undefined && owner.kind === other?.kind && owner.name === other.name;
};

/** Tells what an object in the way means for one that is to be created under its name. */
export const describeObstacle = (wanted: KubeObject, live: KubeObject): Obstacle => ({
  isPassing: isDeleting(live) || isOfSameOwner(wanted, live),
  note: `a ${live.kind} ${live.metadata.name} ${describeOwner(live)} is in the way: delete it, or create this LeaderWorkerSet under another name`,
});

import type { Step } from '../pod-draft.ts';

/** Many times what a node could run. Each gets operations of its own, so that without a bound one pod could hold up all others. */
const MAX_CONTAINERS = 1_000;

/** A pod has no more containers than can be told of their group in no time. */
export const containerLimit: Step = ({ pod: { spec }, name }) => {
  const count = (spec?.containers?.length ?? 0) + (spec?.initContainers?.length ?? 0);
  if (count <= MAX_CONTAINERS) return undefined;
  return `pod ${name.slice(0, 64)} has ${count} containers: at most ${MAX_CONTAINERS} are allowed in a pod of a group`;
};

import type { EnvVar } from '../../../../api/kubernetes.ts';
import type { Step } from '../pod-draft.ts';

/** Far above what any pod needs, and below what an answer can carry: the API server refuses objects beyond 3 MiB. */
const MAX_LENGTH = 2 * 1024 * 1024;

const lengthOf = (variables: readonly EnvVar[]): number =>
  variables.reduce((length, { name, value }) => length + name.length + (value ?? '').length, 0);

/** The variables of all containers together stay within bounds, however long the names and however many the containers. */
export const environmentSize: Step = ({ pod, name, groupVariables, tpuVariables }) => {
  const containers = (pod.spec?.containers?.length ?? 0) + (pod.spec?.initContainers?.length ?? 0);
  let length = containers * lengthOf(groupVariables);
  for (const variables of tpuVariables.values()) length += lengthOf(variables);
  if (length <= MAX_LENGTH) return undefined;
  return `the environment variables of the ${containers} containers of pod ${name.slice(0, 64)} would have ${length} characters: at most ${MAX_LENGTH} are allowed`;
};

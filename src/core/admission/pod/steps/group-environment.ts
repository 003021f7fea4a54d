import { ANNOTATION, ENV, LABEL } from '../../../../api/labels.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf, labelOf } from '../pod-draft.ts';

/** Every container learns where its leader is, how large its group is, and its own place in it. */
export const groupEnvironment: Step = (draft) => {
  const { name, namespace } = draft.pod.metadata ?? {};
  const groupIndex = labelOf(draft, LABEL.groupIndex);
  if (groupIndex === undefined) {
    const pod = namespace ? `${namespace}/${name ?? ''}` : (name ?? '');
    return `Failure constructing environment variables, no group index label found for pod ${pod}`;
  }
  const leader = `${labelOf(draft, LABEL.name) ?? ''}-${groupIndex}`;
  draft.groupVariables = [
    { name: ENV.leaderAddress, value: `${leader}.${draft.subdomain}.${namespace ?? ''}` },
    { name: ENV.groupSize, value: annotationOf(draft.pod, ANNOTATION.size) ?? '' },
    { name: ENV.workerIndex, value: labelOf(draft, LABEL.workerIndex) ?? '' },
  ];
  return undefined;
};

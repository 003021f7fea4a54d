import type { Pod } from '../../api/kubernetes.ts';
import { mutatePod } from '../admission/pod/mutate.ts';
import { applyOperations } from '../admission/patch-operation.ts';

/** A pod as admission makes it, or why admission refuses it. */
type PodAdmission = { readonly pod: Pod } | { readonly error: string };

/** Takes a pod through the mutating webhook. */
export const admitPod = (pod: Pod, options: { readonly gangScheduling: boolean }): PodAdmission => {
  const mutation = mutatePod(pod, options);
  return mutation.kind === 'patch'
    ? { pod: applyOperations(pod, mutation.operations) }
    : { error: `pod ${pod.metadata.name ?? ''} would be refused: ${mutation.message}` };
};

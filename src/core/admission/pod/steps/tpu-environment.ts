import { ANNOTATION, LABEL } from '../../../../api/labels.ts';
import { TPU_ENV } from '../../../../api/tpu.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf, isLeader, labelOf } from '../pod-draft.ts';
import { containerRequestsTPUs } from '../requests-tpus.ts';
import { tellGroupHosts } from '../tell-group-hosts.ts';
import { tellSubGroupHosts } from '../tell-sub-group-hosts.ts';

/** Containers that use TPUs learn the hosts they work with, unless the user has told the first of them. */
export const tpuEnvironment: Step = (draft) => {
  const { containers, initContainers } = draft.pod.spec ?? {};
  const users = [...(containers ?? []), ...(initContainers ?? [])].filter(containerRequestsTPUs);
  const [first] = users;
  if (first === undefined) return undefined;
  const isTold = first.env?.some(({ name }) => name === TPU_ENV.hostNames || name === TPU_ENV.workerID);
  if (isTold) return undefined;
  if (annotationOf(draft.pod, ANNOTATION.subGroupSize) === undefined) return tellGroupHosts(draft, users);
  const isOutsideSubGroups =
    isLeader(draft) &&
    annotationOf(draft.pod, ANNOTATION.subGroupPolicyType) === 'LeaderExcluded' &&
    !labelOf(draft, LABEL.subGroupIndex);
  return isOutsideSubGroups ? undefined : tellSubGroupHosts(draft, first);
};

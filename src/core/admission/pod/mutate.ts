import { ANNOTATION, LABEL } from '../../../api/labels.ts';
import type { Pod } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';
import { notAnInteger } from './not-an-integer.ts';
import type { PodDraft, Step } from './pod-draft.ts';
import { annotationOf, createPodDraft, isLeader } from './pod-draft.ts';
import { podOperations } from './pod-operations.ts';
import { readInteger } from './read-integer.ts';
import { containerLimit } from './steps/container-limit.ts';
import { environmentSize } from './steps/environment-size.ts';
import { exclusiveGroup } from './steps/exclusive-group.ts';
import { gangMembership } from './steps/gang-membership.ts';
import { groupEnvironment } from './steps/group-environment.ts';
import { groupIndex } from './steps/group-index.ts';
import { groupKey } from './steps/group-key.ts';
import { leaderSubGroup } from './steps/leader-sub-group.ts';
import { ownSubdomain } from './steps/own-subdomain.ts';
import { subGroupSizePositive } from './steps/sub-group-size-positive.ts';
import { tpuEnvironment } from './steps/tpu-environment.ts';
import { workerIndex } from './steps/worker-index.ts';
import { workerSubGroup } from './steps/worker-sub-group.ts';

/** In order: each sees what those before it have decided, and the first refusal ends the review. */
const STEPS: readonly { readonly on: 'leader' | 'worker' | 'every pod'; readonly step: Step }[] = [
  { on: 'every pod', step: containerLimit },
  { on: 'every pod', step: subGroupSizePositive },
  { on: 'leader', step: groupIndex },
  { on: 'leader', step: ownSubdomain },
  { on: 'leader', step: groupKey },
  { on: 'leader', step: exclusiveGroup },
  { on: 'leader', step: leaderSubGroup },
  { on: 'worker', step: workerIndex },
  { on: 'worker', step: workerSubGroup },
  { on: 'every pod', step: gangMembership },
  { on: 'every pod', step: tpuEnvironment },
  { on: 'every pod', step: groupEnvironment },
  { on: 'every pod', step: environmentSize },
];

export type PodMutation =
  | { readonly kind: 'patch'; readonly operations: PatchOperation[] }
  | { readonly kind: 'refusal'; readonly message: string };

const refuse = (message: string): PodMutation => ({ kind: 'refusal', message });

const runSteps = (draft: PodDraft): string | undefined => {
  // Upstream: decided once, so a worker that is numbered 0 on the way stays a worker.
  const role = isLeader(draft) ? 'leader' : 'worker';
  for (const { on, step } of STEPS) {
    if (on !== 'every pod' && on !== role) continue;
    const refusal = step(draft);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** Says what a pod of a group gets before it is created, or why it must not be. Pods of no group get nothing. Expects a pod of the shape POD_SHAPE. */
export const mutatePod = (pod: Loose<Pod>, options: { readonly gangScheduling: boolean }): PodMutation => {
  if (pod.metadata?.labels?.[LABEL.name] === undefined) return { kind: 'patch', operations: [] };
  const name = pod.metadata.name ?? '';
  const sizeText = annotationOf(pod, ANNOTATION.size);
  if (sizeText === undefined) return refuse(`size annotation is unexpectedly missing for pod ${name}`);
  const size = readInteger(sizeText);
  if (size === undefined) return refuse(notAnInteger('annotation', ANNOTATION.size, sizeText, name));
  const draft = createPodDraft(pod, size, options.gangScheduling);
  const refusal = runSteps(draft);
  return refusal === undefined ? { kind: 'patch', operations: podOperations(draft) } : refuse(refusal);
};

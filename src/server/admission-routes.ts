import type { AdmissionRequest, AdmissionResponse } from '../api/admission-review.ts';
import { WEBHOOK_PATH } from '../api/webhook-paths.ts';
import type { PolicyReviewer } from './policy-reviewer.ts';
import { defaultSet, validateSet } from './review-leader-worker-set.ts';
import { mutateGroupPod, validateGroupPod } from './review-pod.ts';

export type AdmissionOptions = {
  /** Pods become members of PodGroups. */
  readonly gangScheduling: boolean;
  /** Asks the admin's policies about a LeaderWorkerSet; absent when there can be none. */
  readonly reviewPolicies?: PolicyReviewer;
};

/** Decides about one request: it calls nobody, keeps nothing, and may be asked again. */
export type Admit = (request: AdmissionRequest, options: AdmissionOptions) => AdmissionResponse;

export type AdmissionRoute = { readonly path: string; readonly admit: Admit };

/** Every webhook, by its path. */
export const ADMISSION_ROUTES: readonly AdmissionRoute[] = [
  { path: WEBHOOK_PATH.defaultLeaderWorkerSet, admit: defaultSet },
  { path: WEBHOOK_PATH.validateLeaderWorkerSet, admit: validateSet },
  { path: WEBHOOK_PATH.mutatePod, admit: mutateGroupPod },
  { path: WEBHOOK_PATH.validatePod, admit: validateGroupPod },
];

import { ANNOTATION } from '../../../../api/labels.ts';
import type { Step } from '../pod-draft.ts';
import { annotationOf } from '../pod-draft.ts';

/** With one subdomain per group, a leader's is its own name. */
export const ownSubdomain: Step = (draft) => {
  if (annotationOf(draft.pod, ANNOTATION.subdomainPolicy) === 'UniquePerReplica') draft.subdomain = draft.name;
  return undefined;
};

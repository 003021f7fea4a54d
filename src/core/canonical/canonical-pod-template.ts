import type { PodTemplateSpec } from '../../api/kubernetes.ts';
import { canonicalValue } from './canonical-value.ts';
import type { Json } from './json.ts';

/** The pod template as Go would send it: the same template always gives the same object. */
export const canonicalPodTemplate = (template: PodTemplateSpec): PodTemplateSpec =>
  canonicalValue(template as Json, 'PodTemplateSpec') as PodTemplateSpec;

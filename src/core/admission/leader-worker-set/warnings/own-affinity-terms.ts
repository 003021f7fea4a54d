import { ANNOTATION } from '../../../../api/labels.ts';
import type { PodAffinityTerm, PodTemplateSpec } from '../../../../api/kubernetes.ts';
import type { Loose } from '../../loose.ts';
import type { Advice } from '../rule.ts';

type Terms = { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Loose<PodAffinityTerm>[] | null };

const TOPOLOGIES = [ANNOTATION.exclusiveTopology, ANNOTATION.subGroupExclusiveTopology];

const names = (terms: Loose<Terms> | null | undefined, topologyKey: string): boolean =>
  (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some((term) => term.topologyKey === topologyKey);

const replacesPlacement = (template: Loose<PodTemplateSpec>, topologyKey: string): boolean =>
  names(template.spec?.affinity?.podAffinity, topologyKey) &&
  names(template.spec?.affinity?.podAntiAffinity, topologyKey);

/** A template whose own terms name the topology switches exclusive placement off. */
export const ownAffinityTerms: Advice = ({ annotations, templates }) => {
  const warnings: string[] = [];
  for (const annotation of TOPOLOGIES) {
    const topologyKey = annotations[annotation];
    if (!topologyKey) continue;
    for (const [path, template] of templates) {
      if (!replacesPlacement(template, topologyKey)) continue;
      warnings.push(
        `${path}.spec.affinity: required pod affinity and anti-affinity on the key of ${annotation} turn that exclusive placement off. Remove one of the two`,
      );
    }
  }
  return warnings;
};

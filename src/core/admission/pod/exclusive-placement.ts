import type { PodAffinityTerm } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { ExclusiveTerm, PodDraft } from './pod-draft.ts';

type Terms =
  | { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Loose<PodAffinityTerm>[] | null | undefined }
  | null
  | undefined;

const names = (terms: Terms, topologyKey: string): boolean =>
  (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
    (term) => (term.topologyKey ?? '') === topologyKey,
  );

/**
 * Places the pods of one key on a topology of their own. Upstream: nothing happens when both lists of required terms
 * already name this topology, whatever they select.
 */
export const placeExclusively = (draft: PodDraft, term: ExclusiveTerm): void => {
  const { topologyKey } = term;
  const affinity = draft.pod.spec?.affinity;
  const isNamed = names(affinity?.podAffinity, topologyKey) && names(affinity?.podAntiAffinity, topologyKey);
  if (isNamed || draft.exclusiveTerms.some((placed) => placed.topologyKey === topologyKey)) return;
  draft.exclusiveTerms.push(term);
};

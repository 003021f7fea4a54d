import type { Pod, PodAffinityTerm } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';
import type { ExclusiveTerm } from './pod-draft.ts';

const withGroup = ({ labelKey, key, topologyKey }: ExclusiveTerm): PodAffinityTerm => ({
  labelSelector: { matchExpressions: [{ key: labelKey, operator: 'In', values: [key] }] },
  topologyKey,
});

const apartFromOthers = ({ labelKey, key, topologyKey }: ExclusiveTerm): PodAffinityTerm => ({
  labelSelector: {
    matchExpressions: [
      { key: labelKey, operator: 'Exists' },
      { key: labelKey, operator: 'NotIn', values: [key] },
    ],
  },
  topologyKey,
});

type Affinity = NonNullable<NonNullable<Loose<Pod>['spec']>['affinity']>;

const appendTerms = (
  affinity: Affinity,
  kind: 'podAffinity' | 'podAntiAffinity',
  terms: readonly PodAffinityTerm[],
): PatchOperation[] => {
  const path = `/spec/affinity/${kind}`;
  const list = 'requiredDuringSchedulingIgnoredDuringExecution';
  const current = affinity[kind];
  if (!current) return [{ op: 'add', path, value: { [list]: terms } }];
  if (!current[list]) return [{ op: 'add', path: `${path}/${list}`, value: terms }];
  return terms.map((value) => ({ op: 'add', path: `${path}/${list}/-`, value }));
};

/** Appends exclusive terms to both required lists of a pod, with the parents that are missing. */
export const affinityOperations = (pod: Loose<Pod>, exclusiveTerms: readonly ExclusiveTerm[]): PatchOperation[] => {
  if (exclusiveTerms.length === 0) return [];
  const affinity = pod.spec?.affinity;
  const parent: PatchOperation[] = affinity ? [] : [{ op: 'add', path: '/spec/affinity', value: {} }];
  return [
    ...parent,
    ...appendTerms(affinity ?? {}, 'podAffinity', exclusiveTerms.map(withGroup)),
    ...appendTerms(affinity ?? {}, 'podAntiAffinity', exclusiveTerms.map(apartFromOthers)),
  ];
};

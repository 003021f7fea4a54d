import type { StringMap } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';
import { pointer } from '../patch-operation.ts';
import { affinityOperations } from './affinity-operations.ts';
import { environmentOperations } from './environment-operations.ts';
import type { PodDraft } from './pod-draft.ts';

const mapOperations = (
  path: string,
  existing: Loose<StringMap> | null | undefined,
  wanted: ReadonlyMap<string, string>,
): PatchOperation[] => {
  const operations: PatchOperation[] = [];
  for (const [key, value] of wanted) {
    const found = existing?.[key];
    if (found !== value)
      operations.push({ op: found === undefined ? 'add' : 'replace', path: path + pointer(key), value });
  }
  return operations;
};

const specOperations = ({ pod, subdomain, exclusiveTerms }: PodDraft): PatchOperation[] => {
  const isSameSubdomain = subdomain === (pod.spec?.subdomain ?? '');
  if (isSameSubdomain && exclusiveTerms.length === 0) return [];
  const operations: PatchOperation[] = pod.spec ? [] : [{ op: 'add', path: '/spec', value: {} }];
  if (!isSameSubdomain) operations.push({ op: 'add', path: '/spec/subdomain', value: subdomain });
  return [...operations, ...affinityOperations(pod, exclusiveTerms)];
};

const containerOperations = (
  { pod, groupVariables, tpuVariables }: PodDraft,
  kind: 'containers' | 'initContainers',
): PatchOperation[] =>
  (pod.spec?.[kind] ?? []).flatMap((container, index) =>
    environmentOperations(
      `/spec/${kind}/${index}/env`,
      container.env,
      groupVariables,
      tpuVariables.get(container) ?? [],
    ),
  );

/** The patch that makes a pod what its draft says: no operation for anything that is so already. */
export const podOperations = (draft: PodDraft): PatchOperation[] => [
  // Both maps are there: a pod of a group came with its name label and its size annotation.
  ...mapOperations('/metadata/labels', draft.pod.metadata?.labels, draft.labels),
  ...mapOperations('/metadata/annotations', draft.pod.metadata?.annotations, draft.annotations),
  ...specOperations(draft),
  ...containerOperations(draft, 'containers'),
  ...containerOperations(draft, 'initContainers'),
];

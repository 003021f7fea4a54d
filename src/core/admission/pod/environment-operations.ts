import type { EnvVar } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';

type Environment = readonly Loose<EnvVar>[];

const withoutRepetitions = (variables: Environment): Environment => {
  const names = new Set<string>();
  return variables.filter(({ name }) => {
    const isNew = !names.has(name ?? '');
    names.add(name ?? '');
    return isNew;
  });
};

const isSameVariable = (found: Loose<EnvVar> | undefined, wanted: Loose<EnvVar>): boolean => {
  if (found === undefined || found === wanted) return found === wanted;
  return found.name === wanted.name && (found.value ?? '') === (wanted.value ?? '') && !found.valueFrom && !wanted.valueFrom;
};

/**
 * Puts variables before and after those of a container. Upstream: of variables with one name the first is kept, so
 * that `first` always wins and `last` never does.
 */
export const environmentOperations = (
  path: string,
  existing: Environment | null | undefined,
  first: readonly EnvVar[],
  last: readonly EnvVar[],
): PatchOperation[] => {
  const current = existing ?? [];
  const wanted = withoutRepetitions([...first, ...current, ...last]);
  const isComplete = wanted.length === current.length && wanted.every((one, i) => isSameVariable(current[i], one));
  if (isComplete) return [];
  const isKeptWhole = current.length > 0 && current.every((variable, i) => wanted[first.length + i] === variable);
  if (!isKeptWhole) return [{ op: 'add', path, value: wanted }];
  return [
    ...first.map((value, i): PatchOperation => ({ op: 'add', path: `${path}/${i}`, value })),
    ...wanted
      .slice(first.length + current.length)
      .map((value): PatchOperation => ({ op: 'add', path: `${path}/-`, value })),
  ];
};

import type { EnvVar } from '../../../api/kubernetes.ts';
import type { Loose } from '../loose.ts';
import type { PatchOperation } from '../patch-operation.ts';

/** Each removal costs the API server a copy of the list, so that many of them take longer than one new list. */
const MAX_REMOVALS = 32;

type Environment = readonly Loose<EnvVar>[];

const isSameVariable = (found: Loose<EnvVar> | undefined, wanted: EnvVar): boolean =>
  found !== undefined && found.name === wanted.name && (found.value ?? '') === (wanted.value ?? '') && !found.valueFrom;

/** Where repetitions are, from the last to the first, so that removing one does not move the next. */
const findRepetitions = (variables: Environment, start: number, names: Set<string>): number[] => {
  const places: number[] = [];
  for (let i = start; i < variables.length; i++) {
    const name = variables[i]?.name ?? '';
    if (names.has(name)) places.push(i);
    names.add(name);
  }
  return places.toReversed();
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
  const names = new Set(first.map(({ name }) => name));
  if (current.length === 0) return [{ op: 'add', path, value: [...first, ...last] }];
  const isBegun = first.every((variable, i) => isSameVariable(current[i], variable));
  const repetitions = findRepetitions(current, isBegun ? first.length : 0, names);
  const prepended = isBegun ? [] : first;
  const appended = last.filter(({ name }) => !names.has(name));
  if (repetitions.length > MAX_REMOVALS) {
    const dropped = new Set(repetitions);
    const kept = current.filter((_, i) => !dropped.has(i));
    return [{ op: 'replace', path, value: [...prepended, ...kept, ...appended] }];
  }
  return [
    ...repetitions.map((i): PatchOperation => ({ op: 'remove', path: `${path}/${i}` })),
    ...prepended.map((value, i): PatchOperation => ({ op: 'add', path: `${path}/${i}`, value })),
    ...appended.map((value): PatchOperation => ({ op: 'add', path: `${path}/-`, value })),
  ];
};

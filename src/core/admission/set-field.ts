import type { PatchOperation } from './patch-operation.ts';
import { pointer } from './patch-operation.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The operation that sets the field under these keys, with the parents that are absent or null. */
export const setField = (object: unknown, keys: readonly string[], value: unknown): PatchOperation => {
  let parent = object;
  for (const [depth, key] of keys.entries()) {
    const current = isObject(parent) ? parent[key] : undefined;
    if (isObject(current)) {
      parent = current;
      continue;
    }
    const missing = keys.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    const isPresent = isObject(parent) && Object.hasOwn(parent, key);
    return { op: isPresent ? 'replace' : 'add', path: pointer(...keys.slice(0, depth + 1)), value: missing };
  }
  return { op: 'replace', path: pointer(...keys), value };
};

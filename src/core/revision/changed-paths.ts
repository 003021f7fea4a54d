import { isJsonObject } from '../canonical/json.ts';
import type { Json, JsonObject } from '../canonical/json.ts';

type Members = ReadonlyMap<string, Json>;

const nameOf = (item: Json): string | undefined => {
  const name = isJsonObject(item) ? item['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
};

const step = (key: string): string => (/^[\w$-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

const objectMembers = (object: JsonObject): Members =>
  new Map(Object.entries(object).map(([key, value]) => [step(key), value]));

const indexed = (list: readonly Json[]): Members => new Map(list.map((item, index) => [`[${index}]`, item]));

const named = (list: readonly Json[]): Members | undefined => {
  const members = new Map<string, Json>();
  for (const item of list) {
    const name = nameOf(item);
    if (name === undefined || members.has(`[name=${name}]`)) return undefined;
    members.set(`[name=${name}]`, item);
  }
  return members;
};

const compareMembers = (a: Members, b: Members, path: string): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => comparePath(a.get(key), b.get(key), path + key));

const compareLists = (a: readonly Json[], b: readonly Json[], path: string): string[] => {
  const namedA = named(a);
  const namedB = named(b);
  if (namedA === undefined || namedB === undefined) return compareMembers(indexed(a), indexed(b), path);
  const changes = compareMembers(namedA, namedB, path);
  const isReordered = changes.length === 0 && [...namedA.keys()].join() !== [...namedB.keys()].join();
  return isReordered ? [path] : changes;
};

const comparePath = (a: Json | undefined, b: Json | undefined, path: string): string[] => {
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, path);
  if (isJsonObject(a) && isJsonObject(b)) return compareMembers(objectMembers(a), objectMembers(b), path);
  return a === b ? [] : [path];
};

/**
 * The paths at which two values differ, each as deep as both have it. Items of lists go by their name where they
 * have one (`containers[name=vllm].image`); a list that differs only in its order is named itself.
 */
export const changedPaths = (a: Json, b: Json): string[] =>
  comparePath(a, b, '').map((path) => path.replace(/^\./, ''));

import { isJsonObject } from '../canonical/json.ts';
import type { Json } from '../canonical/json.ts';

/** A message for each item that has the same values in `keys` as an item before it. */
export const findDuplicates = (list: readonly Json[], keys: readonly string[], path: string): readonly string[] => {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    if (!isJsonObject(item)) return [];
    const identity = JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])));
    if (!seen.has(identity)) {
      seen.add(identity);
      return [];
    }
    return [`${path}[${index}]: Duplicate value: ${identity}`];
  });
};

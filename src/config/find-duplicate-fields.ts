import { isMap, isScalar, isSeq } from 'yaml';

const keyOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Paths of the fields that a map gives more than once, each once; aliases are not followed. */
export const findDuplicateFields = (node: unknown, path = ''): string[] => {
  if (isSeq(node)) return node.items.flatMap((item, index) => findDuplicateFields(item, `${path}[${index}]`));
  if (!isMap(node)) return [];

  const fields = node.items.map(({ key, value }) => {
    const name = keyOf(key);
    return { path: path === '' ? name : `${path}.${name}`, value };
  });
  const byPath = Map.groupBy(fields, (field) => field.path);
  const own = [...byPath.keys()].filter((repeated) => (byPath.get(repeated)?.length ?? 0) > 1);
  return [...own, ...fields.flatMap((field) => findDuplicateFields(field.value, field.path))];
};

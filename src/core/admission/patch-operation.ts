/** One operation of a JSON patch (RFC 6902), of the three kinds that are needed here. */
export type PatchOperation = {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
};

const escapeKey = (key: string | number): string =>
  typeof key === 'number' ? String(key) : key.replace(/[~/]/g, (found) => (found === '~' ? '~0' : '~1'));
const unescapeKey = (key: string): string =>
  key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key;

/** The JSON pointer (RFC 6901) to the value under these keys. */
export const pointer = (...keys: readonly (string | number)[]): string =>
  keys.map((key) => `/${escapeKey(key)}`).join('');

const changeArray = (array: readonly unknown[], key: string, { op, value }: PatchOperation): unknown[] => {
  const index = key === '-' ? array.length : Number(key);
  if (op === 'add') return array.toSpliced(index, 0, value);
  return op === 'replace' ? array.with(index, value) : array.toSpliced(index, 1);
};

const changeMember = (object: object, key: string, { op, value }: PatchOperation): object => {
  if (op !== 'remove') return { ...object, [key]: value };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const applyAt = (target: unknown, keys: readonly string[], operation: PatchOperation): unknown => {
  const [key, ...deeper] = keys;
  if (key === undefined) return operation.value;
  if (!isObject(target)) throw new Error(`the patch path ${operation.path} leads nowhere`);
  if (deeper.length === 0) {
    return Array.isArray(target) ? changeArray(target, key, operation) : changeMember(target, key, operation);
  }
  const changed = applyAt(target[key], deeper, operation);
  return Array.isArray(target) ? target.with(Number(key), changed) : { ...target, [key]: changed };
};

/** The object with the operations applied in order; shares with the original whatever they leave alone. Throws when a path leads nowhere. */
export const applyOperations = <T>(object: T, operations: readonly PatchOperation[]): T => {
  let result: unknown = object;
  for (const operation of operations) {
    result = applyAt(result, operation.path.split('/').slice(1).map(unescapeKey), operation);
  }
  // A patch of ours keeps the kind of the object.
  return result as T;
};

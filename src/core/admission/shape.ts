/**
 * The type that a JSON value must have, as far as this project reads it. Fields that are not named may hold anything.
 * `null` counts as absent everywhere but in a list.
 */
export type Shape =
  | 'string'
  | 'int32'
  | 'intOrString'
  | 'map of strings'
  | 'map of quantities'
  | { readonly fields: readonly (readonly [key: string, shape: Shape])[] }
  | { readonly items: Shape };

/** Where a value of a wrong type is, what it is, and what is allowed. The path grows on the way back, so that a good object costs none. */
type Mismatch = { readonly path: string; readonly found: unknown; readonly allowed: string };

const isInt32 = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;

const within = (step: string, { path, found, allowed }: Mismatch): Mismatch => {
  const separator = path === '' || path.startsWith('[') ? '' : '.';
  return { path: `${step}${separator}${path}`, found, allowed };
};

const findInMap = (value: object, allowed: 'a string' | 'a quantity'): Mismatch | undefined => {
  const map = value as Readonly<Record<string, unknown>>;
  for (const key in map) {
    const member = map[key];
    const isAllowed = typeof member === 'string' || (allowed === 'a quantity' && typeof member === 'number');
    // The longest key that Kubernetes allows has 317 characters.
    if (!isAllowed && member !== null) return { path: `[${key.slice(0, 317)}]`, found: member, allowed };
  }
  return undefined;
};

const findInList = (list: readonly unknown[], shape: Shape): Mismatch | undefined => {
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    if (value === null) return { path: `[${index}]`, found: null, allowed: 'set' };
    const mismatch = find(value, shape);
    if (mismatch !== undefined) return within(`[${index}]`, mismatch);
  }
  return undefined;
};

const findInFields = (value: object, fields: readonly (readonly [string, Shape])[]): Mismatch | undefined => {
  const members = value as Readonly<Record<string, unknown>>;
  for (let i = 0; i < fields.length; i++) {
    const [key, shape] = fields[i] as readonly [string, Shape];
    const mismatch = find(members[key], shape);
    if (mismatch !== undefined) return within(key, mismatch);
  }
  return undefined;
};

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mustBe = (allowed: string, found: unknown): Mismatch => ({ path: '', found, allowed });

const find = (value: unknown, shape: Shape): Mismatch | undefined => {
  if (value === undefined || value === null) return undefined;
  switch (shape) {
    case 'string':
      return typeof value === 'string' ? undefined : mustBe('a string', value);
    case 'int32':
      return isInt32(value) ? undefined : mustBe('a whole number of at most 32 bits', value);
    case 'intOrString':
      if (typeof value === 'string' || isInt32(value)) return undefined;
      return mustBe('a whole number of at most 32 bits or a percentage in quotes', value);
    case 'map of strings':
      return isPlainObject(value) ? findInMap(value, 'a string') : mustBe('an object', value);
    case 'map of quantities':
      return isPlainObject(value) ? findInMap(value, 'a quantity') : mustBe('an object', value);
    default:
      if ('items' in shape) return Array.isArray(value) ? findInList(value, shape.items) : mustBe('a list', value);
      return isPlainObject(value) ? findInFields(value, shape.fields) : mustBe('an object', value);
  }
};

const nameOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** Says which value has a type that it must not have, what was found there and what is allowed; undefined when all is well. */
export const findShapeMismatch = (value: unknown, shape: Shape): string | undefined => {
  const mismatch = find(value, shape);
  if (mismatch === undefined) return undefined;
  return `${mismatch.path || 'the object'}: found ${nameOf(mismatch.found)}, must be ${mismatch.allowed}`;
};

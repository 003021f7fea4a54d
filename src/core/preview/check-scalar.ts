import type { Json } from '../canonical/json.ts';
import { parseQuantity } from '../quantity/parse-quantity.ts';
import { typeName, wrongType } from './wrong-type.ts';

/** The JSON types that each of Go's scalar types may be written as; one that is not here may be anything. */
const TYPE_NAMES: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  time: ['string'],
  bool: ['boolean'],
  int32: ['integer'],
  int64: ['integer'],
  intOrString: ['integer', 'string'],
  quantity: ['integer', 'string'],
};

const isInt32 = (value: Json): boolean => typeof value === 'number' && (value | 0) === value;

const isQuantity = (value: Json): boolean =>
  (typeof value === 'number' || typeof value === 'string') && parseQuantity(value) !== undefined;

/** Says what is wrong with a value of one of Go's scalar types; undefined when nothing is. */
export const checkScalar = (value: Json, type: string, path: string): string | undefined => {
  const wanted = TYPE_NAMES[type];
  if (wanted === undefined) return undefined;
  if (!wanted.includes(typeName(value))) return wrongType(path, value, wanted.join(','));
  const invalid = `${path}: Invalid value: ${JSON.stringify(value)}`;
  if (type === 'int32' && !isInt32(value)) return `${invalid}: must fit into 32 bits`;
  return type === 'quantity' && !isQuantity(value)
    ? `${invalid}: must be a quantity such as 500m, 2 or 8Gi`
    : undefined;
};

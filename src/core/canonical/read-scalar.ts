import { canonicalQuantity } from '../quantity/format-quantity.ts';
import { goTime } from './go-time.ts';
import type { Json } from './json.ts';

type Scalar = {
  /** What Go holds when the field is absent or null. */
  readonly zero: Json;
  /** Go's `omitempty` drops the zero of basic types, never that of structs. */
  readonly isBasic: boolean;
  readonly read: (value: Json) => Json;
};

const asIs = (value: Json): Json => value;

const readQuantity = (value: Json): Json =>
  typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(value) : value;

const readTime = (value: Json): Json => (typeof value === 'string' ? goTime(value) : value);

const SCALARS: Readonly<Record<string, Scalar>> = {
  string: { zero: '', isBasic: true, read: asIs },
  bool: { zero: false, isBasic: true, read: asIs },
  int32: { zero: 0, isBasic: true, read: asIs },
  int64: { zero: 0, isBasic: true, read: asIs },
  intOrString: { zero: 0, isBasic: false, read: asIs },
  quantity: { zero: '0', isBasic: false, read: readQuantity },
  time: { zero: null, isBasic: false, read: readTime },
  raw: { zero: null, isBasic: false, read: asIs },
};

/** The facts of a Go type that is no struct of the table; undefined for a struct. */
export const scalarOf = (type: string): Scalar | undefined => SCALARS[type];

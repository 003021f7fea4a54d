import goTypes from './go-types.json' with { type: 'json' };

/** How Go holds and writes one field. */
export type FieldPlan = {
  readonly name: string;
  readonly kind: 'value' | 'list' | 'map';
  /** A scalar of `read-scalar.ts`, or a type of the table. */
  readonly of: string;
  readonly isPointer: boolean;
  readonly omitsEmpty: boolean;
  readonly omitsZero: boolean;
};

/** Facts of the Go API types of k8s.io/api v0.36.3; the README beside it explains the codes and makes it anew. */
const TYPES: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = goTypes;

const FIELD = /^(\*?)(\[\]|map\[string\]|)([A-Za-z0-9]+)(\??)(\??)$/;

const KINDS: Readonly<Record<string, FieldPlan['kind']>> = { '[]': 'list', 'map[string]': 'map' };

const planField = (name: string, code: string): FieldPlan => {
  const match = FIELD.exec(code);
  if (match === null) throw new Error(`go-types.json: field ${name} has the unreadable type ${code}`);
  const [, pointer, container = '', of = '', omitEmpty, omitZero] = match;
  return {
    name,
    kind: KINDS[container] ?? 'value',
    of,
    isPointer: pointer === '*',
    omitsEmpty: omitEmpty === '?',
    omitsZero: omitZero === '?',
  };
};

const plans = new Map<string, readonly FieldPlan[]>();

/** The fields of a Go type in the order of their names; undefined when the table does not have the type. */
export const fieldPlans = (type: string): readonly FieldPlan[] | undefined => {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const fields = TYPES[type];
  if (fields === undefined) return undefined;
  const planned = Object.entries(fields).map(([name, code = '']) => planField(name, code));
  plans.set(type, planned);
  return planned;
};

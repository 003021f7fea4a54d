import type { ErrorObject } from 'ajv/dist/2020.js';

const MAX_SHOWN = 80;

const cut = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN).toWellFormed()}…` : text);

/** A value as messages show it: containers by their size alone, as they may be endless. */
export const showValue = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object of ${Object.keys(value).length} fields`;
  return JSON.stringify(typeof value === 'string' ? cut(value) : value);
};

type Demand = (error: ErrorObject) => string;

const limit =
  (text: string): Demand =>
  ({ params }) =>
    text.replace('N', String(params['limit']));

const always = (text: string) => (): string => text;

const oneOf = (values: unknown): string => cut((Array.isArray(values) ? values : []).map(showValue).join(', '));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The refusals that `not` is mostly used for. */
const describeNot: Demand = ({ schema }) => {
  if (!isObject(schema)) return 'must not be there';
  if ('const' in schema) return `must not be ${showValue(schema['const'])}`;
  if ('enum' in schema) return `must be none of ${oneOf(schema['enum'])}`;
  if (typeof schema['pattern'] === 'string') return `must not match ${cut(schema['pattern'])}`;
  if ('required' in schema) return `must not have ${oneOf(schema['required'])}`;
  const contained = schema['contains'];
  if (isObject(contained) && 'const' in contained) return `must not contain ${showValue(contained['const'])}`;
  return "must not be as the policy's schema forbids";
};

const describeContains: Demand = ({ params: { minContains = 1, maxContains } }) => {
  const most = maxContains === undefined ? '' : ` and at most ${String(maxContains)}`;
  return `must have at least ${String(minContains)}${most} items of the kind that the policy's schema describes`;
};

const DEMANDS: Readonly<Record<string, Demand>> = {
  required: always('must be set'),
  dependentRequired: ({ params }) => `must be set where ${String(params['property'])} is`,
  additionalProperties: always('must not be set'),
  'false schema': always('must not be set'),
  type: ({ params }) => `must be ${[params['type']].flat().join(' or ')}`,
  enum: ({ params }) => `must be one of ${oneOf(params['allowedValues'])}`,
  const: ({ params }) => `must be ${showValue(params['allowedValue'])}`,
  pattern: ({ params }) => `must match ${cut(String(params['pattern']))}`,
  maximum: limit('must be at most N'),
  minimum: limit('must be at least N'),
  exclusiveMaximum: limit('must be less than N'),
  exclusiveMinimum: limit('must be more than N'),
  multipleOf: ({ params }) => `must be a multiple of ${String(params['multipleOf'])}`,
  maxLength: limit('must have at most N characters'),
  minLength: limit('must have at least N characters'),
  maxItems: limit('must have at most N items'),
  minItems: limit('must have at least N items'),
  maxProperties: limit('must have at most N fields'),
  minProperties: limit('must have at least N fields'),
  items: limit('must have at most N items'),
  contains: describeContains,
  anyOf: always("must fit one of the policy's alternatives at least"),
  oneOf: always("must fit exactly one of the policy's alternatives"),
  not: describeNot,
};

/** What the schema demands where this error was found, as `must …`. */
export const describeDemand = (error: ErrorObject): string =>
  DEMANDS[error.keyword]?.(error) ?? error.message ?? "must be as the policy's schema demands";

import type { ErrorObject } from 'ajv';
import type { ConfigurationError } from './configuration-error.ts';
import { invalidValue } from './configuration-error.ts';

/** A field that cannot be read: what to tell the user, and the keys that lead to what must go. */
export type Fault = { readonly error: ConfigurationError; readonly removed: readonly string[] };

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a finite number',
  boolean: 'true or false',
};

const typeNameOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value !== 'number') return TYPE_NAMES[typeof value] ?? typeof value;
  if (!Number.isFinite(value)) return String(value);
  return Number.isInteger(value) ? 'an integer' : 'a fraction';
};

const segmentsOf = (error: ErrorObject): string[] =>
  error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const joinPath = (segments: readonly string[]): string =>
  segments.reduce((path, segment) => {
    if (/^\d+$/.test(segment)) return `${path}[${segment}]`;
    return path === '' ? segment : `${path}.${segment}`;
  }, '');

const detailOf = ({ keyword, params, parentSchema, data }: ErrorObject): string => {
  if (keyword === 'minimum') return `must be at least ${params['limit']}`;
  if (keyword === 'maximum') return `must be at most ${params['limit']}`;
  return `must be ${TYPE_NAMES[String(parentSchema?.['type'])]}, not ${typeNameOf(data)}`;
};

/** A list with a faulty item goes as a whole. */
const withoutIndex = (segments: readonly string[]): readonly string[] =>
  /^\d+$/.test(segments.at(-1) ?? '') ? segments.slice(0, -1) : segments;

/** Puts one error of the schema into the user's words. */
export const toFault = (error: ErrorObject): Fault => {
  const segments = segmentsOf(error);
  if (error.keyword !== 'additionalProperties') {
    return { error: invalidValue(joinPath(segments), error.data, detailOf(error)), removed: withoutIndex(segments) };
  }
  const unknown = String(error.params['additionalProperty']);
  const path = segments.length === 0 ? unknown : `${joinPath(segments)}.${unknown}`;
  const message = `strict decoding error: unknown field ${JSON.stringify(path)}`;
  return { error: { path, message }, removed: [...segments, unknown] };
};

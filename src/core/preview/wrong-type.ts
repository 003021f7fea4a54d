import type { Json } from '../canonical/json.ts';

/** The name of a value's type, as the API server's messages have it. */
export const typeName = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/** The message about a value at `path` that must be of another type, in the words of the API server. */
export const wrongType = (path: string, value: Json, wanted: string): string =>
  `${path}: Invalid value: "${typeName(value)}": ${path} in body must be of type ${wanted}: "${typeName(value)}"`;

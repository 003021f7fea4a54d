import { isJsonObject } from '../canonical/json.ts';
import type { Json, JsonObject } from '../canonical/json.ts';

const dropInside = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(dropInside);
  return isJsonObject(value) ? dropNulls(value) : value;
};

/** The object without the fields that are null, at any depth: nothing in the schema is nullable, and the API server removes them. */
export const dropNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === null ? [] : [[key, dropInside(value)]])),
  );

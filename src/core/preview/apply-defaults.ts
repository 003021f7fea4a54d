import { isJsonObject } from '../canonical/json.ts';
import type { Json, JsonObject } from '../canonical/json.ts';
import type { Default, Defaults } from './structural-defaults.ts';

const isList = (defaults: Default): defaults is readonly [Defaults] => Array.isArray(defaults);

const fillField = (value: Json | undefined, defaults: Default): Json | undefined => {
  if (typeof defaults !== 'object') return value ?? defaults;
  if (!isList(defaults)) return isJsonObject(value) ? applyDefaults(value, defaults) : value;
  const [ofItem] = defaults;
  return Array.isArray(value)
    ? value.map((item: Json) => (isJsonObject(item) ? applyDefaults(item, ofItem) : item))
    : value;
};

/** The object with the defaults it lacks. As in the API server, an absent parent stays absent, and null counts as absent where there is a default. */
export const applyDefaults = (object: JsonObject, defaults: Defaults): JsonObject => {
  const filled: Record<string, Json> = { ...object };
  for (const [field, ofField] of Object.entries(defaults)) {
    const value = fillField(object[field], ofField);
    if (value !== undefined) filled[field] = value;
  }
  return filled;
};

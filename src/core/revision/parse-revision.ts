import { isJsonObject } from '../canonical/json.ts';
import type { JsonObject } from '../canonical/json.ts';

/** A ControllerRevision's data as an object, whether it came as text or parsed; undefined when it is none. */
export const parseRevision = (data: unknown): JsonObject | undefined => {
  if (typeof data !== 'string') return isJsonObject(data) ? data : undefined;
  try {
    return parseRevision(JSON.parse(data) as object);
  } catch {
    return undefined;
  }
};

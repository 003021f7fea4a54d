import { isJsonObject } from '../canonical/json.ts';
import type { JsonObject } from '../canonical/json.ts';

/** What the API server sets, whatever a manifest says: a manifest may have been read from a cluster. */
const SET_BY_SERVER = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

const omit = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** The manifest as the creation of a new set: in a namespace, with no status and nothing else that a cluster added. */
export const newSet = (manifest: JsonObject, namespace: string): JsonObject => {
  const metadata = isJsonObject(manifest['metadata']) ? manifest['metadata'] : {};
  const ownNamespace = metadata['namespace'];
  return {
    ...omit(manifest, ['status']),
    metadata: {
      ...omit(metadata, SET_BY_SERVER),
      namespace: ownNamespace === undefined || ownNamespace === null || ownNamespace === '' ? namespace : ownNamespace,
    },
  };
};

import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { isJsonObject } from '../canonical/json.ts';
import type { Json, JsonObject } from '../canonical/json.ts';
import { parseRevision } from './parse-revision.ts';

const PARTS = ['leaderWorkerTemplate', 'networkConfig'] as const;

/** The `$patch: replace` marker stands for what happens here anyway: a part is replaced as a whole. */
const withoutMarker = (part: Json): Json => {
  if (!isJsonObject(part)) return part;
  const { $patch: _marker, ...rest } = part;
  return rest;
};

const recordedParts = (spec: JsonObject): JsonObject =>
  Object.fromEntries(
    PARTS.flatMap((name) => {
      const part = spec[name];
      return part === undefined ? [] : [[name, withoutMarker(part)]];
    }),
  );

/**
 * The live set with the templates, size and networkConfig of a stored revision (`data` of a ControllerRevision, as
 * text or parsed); everything else stays live. Undefined when the data is no revision of a set.
 */
export const applyRevision = (set: LeaderWorkerSet, data: unknown): LeaderWorkerSet | undefined => {
  const spec = parseRevision(data)?.['spec'];
  if (!isJsonObject(spec)) return undefined;
  return { ...set, spec: { ...set.spec, ...recordedParts(spec) } };
};

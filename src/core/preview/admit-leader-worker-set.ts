import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { formatFieldError } from '../admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../admission/leader-worker-set/default.ts';
import { LEADER_WORKER_SET_SHAPE } from '../admission/leader-worker-set/shape.ts';
import { validateLeaderWorkerSet } from '../admission/leader-worker-set/validate.ts';
import type { Loose } from '../admission/loose.ts';
import { applyOperations } from '../admission/patch-operation.ts';
import { findShapeMismatch } from '../admission/shape.ts';
import type { JsonObject } from '../canonical/json.ts';
import { applyDefaults } from './apply-defaults.ts';
import { checkSchema } from './check-schema.ts';
import { dropNulls } from './drop-nulls.ts';
import { STRUCTURAL_DEFAULTS } from './structural-defaults.ts';

/** A set as the API server would store it, or all that is wrong with it; in both cases what the user should know besides. */
type SetAdmission = { readonly warnings: readonly string[] } & (
  | { readonly kind: 'admitted'; readonly set: LeaderWorkerSet }
  | { readonly kind: 'refused'; readonly errors: readonly string[] }
);

const withStructuralDefaults = (manifest: JsonObject): JsonObject => applyDefaults(manifest, STRUCTURAL_DEFAULTS);

const withDefaults = (manifest: JsonObject): JsonObject => {
  const set = withStructuralDefaults(manifest);
  return withStructuralDefaults(applyOperations(set, defaultLeaderWorkerSet(set as Loose<LeaderWorkerSet>)));
};

const checkSpec = (manifest: JsonObject): ReturnType<typeof checkSchema> =>
  checkSchema(manifest['spec'] ?? {}, 'LeaderWorkerSetSpec', 'spec');

const warnOfUnknown = (paths: readonly string[]): string[] => paths.map((path) => `unknown field "${path}"`);

/**
 * Takes a manifest through what the API server does on creation, in its order: defaults of the schema, the defaulting webhook, the defaults
 * again, the schema, the validating webhook. Unlike the API server it reports what the schema refuses and what the webhook refuses at once.
 */
export const admitLeaderWorkerSet = (manifest: JsonObject): SetAdmission => {
  const given = dropNulls(manifest);
  const mismatch = findShapeMismatch(given, LEADER_WORKER_SET_SHAPE);
  if (mismatch !== undefined)
    return { kind: 'refused', errors: [mismatch], warnings: warnOfUnknown(checkSpec(given).unknown) };
  const defaulted = withDefaults(given);
  const schema = checkSpec(defaulted);
  const unknown = warnOfUnknown(schema.unknown);
  const set = { ...defaulted, spec: schema.value } as unknown as LeaderWorkerSet;
  const verdict = validateLeaderWorkerSet(set);
  const errors = [...new Set([...schema.errors, ...verdict.errors.map(formatFieldError)])];
  if (errors.length > 0) return { kind: 'refused', errors, warnings: unknown };
  return { kind: 'admitted', set, warnings: [...unknown, ...verdict.warnings] };
};

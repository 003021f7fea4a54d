import { fieldPlans } from './field-plan.ts';
import type { FieldPlan } from './field-plan.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { scalarOf } from './read-scalar.ts';

const canonicalList = (value: Json, of: string): Json =>
  Array.isArray(value) ? value.map((item: Json) => canonicalValue(item, of)) : null;

const canonicalMap = (value: Json, of: string): Json =>
  isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), canonicalValue(item, of)]))
    : null;

const fieldValue = (value: Json, { kind, of, isPointer }: FieldPlan): Json => {
  if (isPointer && value === null) return null;
  if (kind === 'list') return canonicalList(value, of);
  if (kind === 'map') return canonicalMap(value, of);
  return canonicalValue(value, of);
};

const isEmptyContainer = (value: Json): boolean => value === null || Object.keys(value).length === 0;

/** Whether Go leaves out a field that was `given` and became `value`. */
const isOmitted = (given: Json, value: Json, { kind, of, isPointer, omitsEmpty, omitsZero }: FieldPlan): boolean => {
  if (!omitsEmpty) return false;
  if (isPointer) return given === null;
  if (kind !== 'value') return isEmptyContainer(value);
  const scalar = scalarOf(of);
  return scalar !== undefined && (scalar.isBasic || omitsZero) && value === scalar.zero;
};

const canonicalStruct = (value: Json, fields: readonly FieldPlan[]): JsonObject => {
  const source = isJsonObject(value) ? value : {};
  const canonical: Record<string, Json> = {};
  for (const field of fields) {
    const given = source[field.name] ?? null;
    const member = fieldValue(given, field);
    if (!isOmitted(given, member, field)) canonical[field.name] = member;
  }
  return canonical;
};

/**
 * The value as Go's encoder writes it after its decoder read it into `type`, a type of the table or a scalar:
 * unknown fields gone, zero values left out or filled in, quantities canonical.
 */
export const canonicalValue = (value: Json, type: string): Json => {
  const scalar = scalarOf(type);
  if (scalar !== undefined) return value === null ? scalar.zero : scalar.read(value);
  const fields = fieldPlans(type);
  if (fields === undefined) throw new Error(`go-types.json has no type ${type}`);
  return canonicalStruct(value, fields);
};

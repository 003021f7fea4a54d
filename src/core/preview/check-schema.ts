import { isJsonObject } from '../canonical/json.ts';
import type { Json, JsonObject } from '../canonical/json.ts';
import { checkScalar } from './check-scalar.ts';
import { findDuplicates } from './find-duplicates.ts';
import { schemaFields } from './schema-fields.ts';
import type { SchemaField } from './schema-fields.ts';
import { wrongType } from './wrong-type.ts';

/** What the API server's schema says to a value. */
type SchemaVerdict = {
  /** The value without the fields that the schema does not know, which the API server drops. */
  readonly value: Json;
  readonly errors: readonly string[];
  /** Paths of the fields that were dropped. */
  readonly unknown: readonly string[];
};

const accept = (value: Json): SchemaVerdict => ({ value, errors: [], unknown: [] });
const refuse = (value: Json, error: string): SchemaVerdict => ({ value, errors: [error], unknown: [] });

type Member = readonly [key: string, verdict: SchemaVerdict];

const join = (members: readonly Member[], toValue: (entries: readonly [string, Json][]) => Json): SchemaVerdict => ({
  value: toValue(members.map(([key, { value }]) => [key, value])),
  errors: members.flatMap(([, { errors }]) => errors),
  unknown: members.flatMap(([, { unknown }]) => unknown),
});

const checkItems = (list: readonly Json[], of: string, path: string): SchemaVerdict =>
  join(
    list.map((item, index): Member => ['', checkSchema(item, of, `${path}[${index}]`)]),
    (entries) => entries.map(([, item]) => item),
  );

const checkList = (value: Json, { of, listKeys = [] }: SchemaField, path: string): SchemaVerdict => {
  if (!Array.isArray(value)) return refuse(value, wrongType(path, value, 'array'));
  const list: readonly Json[] = value;
  const verdict = checkItems(list, of, path);
  const duplicates = listKeys.length === 0 ? [] : findDuplicates(list, listKeys, path);
  return { ...verdict, errors: [...verdict.errors, ...duplicates] };
};

const checkMap = (value: Json, of: string, path: string): SchemaVerdict =>
  isJsonObject(value)
    ? join(
        Object.entries(value).map(([key, item]): Member => [key, checkSchema(item, of, `${path}.${key}`)]),
        (entries) => Object.fromEntries(entries),
      )
    : refuse(value, wrongType(path, value, 'object'));

const checkField = (value: Json, field: SchemaField, path: string): SchemaVerdict => {
  const { kind, of, values } = field;
  if (kind === 'list') return checkList(value, field, path);
  if (kind === 'map') return checkMap(value, of, path);
  if (values === undefined || typeof value !== 'string' || values.includes(value)) return checkSchema(value, of, path);
  const supported = values.map((text) => JSON.stringify(text)).join(', ');
  return refuse(value, `${path}: Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`);
};

const checkObject = (object: JsonObject, fields: readonly SchemaField[], path: string): SchemaVerdict => {
  const known = new Map(fields.map((field) => [field.name, field]));
  const members = Object.entries(object).flatMap(([key, value]): Member[] => {
    const field = known.get(key);
    return field === undefined ? [] : [[key, checkField(value, field, `${path}.${key}`)]];
  });
  const verdict = join(members, (entries) => Object.fromEntries(entries));
  const missing = fields.filter(({ name, isRequired }) => isRequired && object[name] === undefined);
  const unknown = Object.keys(object).filter((key) => !known.has(key));
  return {
    value: verdict.value,
    errors: [...missing.map(({ name }) => `${path}.${name}: Required value`), ...verdict.errors],
    unknown: [...unknown.map((key) => `${path}.${key}`), ...verdict.unknown],
  };
};

/** Checks a value against the CRD's schema of a type: types, required fields, the values that a field is limited to, and lists that may hold nothing twice. */
export const checkSchema = (value: Json, type: string, path: string): SchemaVerdict => {
  const fields = schemaFields(type);
  if (fields !== undefined)
    return isJsonObject(value) ? checkObject(value, fields, path) : refuse(value, wrongType(path, value, 'object'));
  const error = checkScalar(value, type, path);
  return error === undefined ? accept(value) : refuse(value, error);
};

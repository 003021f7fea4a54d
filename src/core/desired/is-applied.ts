/**
 * Kubernetes' record of the fields that one manager owns (managedFields[].fieldsV1): `f:name` is a field, `k:{"name":"x"}` a list item
 * found by its keys, `v:"x"` a member of a set; an empty object ends a path.
 * Source: sigs.k8s.io/structured-merge-diff, fieldpath.
 */
export type FieldSet = { readonly [path: string]: FieldSet };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContained = (live: Json | undefined, wanted: Json): boolean => {
  if (isObject(wanted))
    return isObject(live) && Object.entries(wanted).every(([key, value]) => isContained(live[key], value));
  if (isList(wanted))
    return isList(live) && live.length === wanted.length && wanted.every((item, i) => isContained(live[i], item));
  return live === wanted;
};

/** True when everything in `wanted` is in `live`, which may hold more: what the API server defaulted. */
export const contains = (live: object, wanted: object): boolean => isContained(live as Json, wanted as Json);

const findItem = (list: readonly Json[], keys: JsonObject): Json | undefined =>
  list.find((item) => isObject(item) && Object.entries(keys).every(([key, value]) => (item[key] ?? value) === value));

const isListEqual = (wanted: readonly Json[], live: Json | undefined, owned: FieldSet): boolean => {
  const paths = Object.keys(owned).filter((path) => path !== '.');
  return (
    paths.length === wanted.length &&
    isList(live) &&
    paths.every((path) => {
      const key = JSON.parse(path.slice(2)) as Json;
      if (path.startsWith('v:')) return wanted.includes(key) && live.includes(key);
      if (!isObject(key)) return false;
      const item = findItem(wanted, key);
      return item !== undefined && isEqual(item, findItem(live, key), owned[path] ?? {});
    })
  );
};

const isMapEqual = (wanted: JsonObject, live: Json | undefined, owned: FieldSet): boolean => {
  const paths = Object.keys(owned).filter((path) => path !== '.');
  return (
    paths.length === Object.keys(wanted).length &&
    paths.every((path) => {
      const value = wanted[path.slice(2)];
      return value !== undefined && isEqual(value, isObject(live) ? live[path.slice(2)] : undefined, owned[path] ?? {});
    })
  );
};

const isEqual = (wanted: Json, live: Json | undefined, owned: FieldSet): boolean => {
  const isLeaf = Object.keys(owned).length === 0;
  // An owned field that is absent was dropped by the API server (a feature gate is off): applying it again changes nothing.
  if (isLeaf) return live === undefined || isContained(live, wanted);
  if (isList(wanted)) return isListEqual(wanted, live, owned);
  return isObject(wanted) && isMapEqual(wanted, live, owned);
};

/** What the API server never records as owned. */
const UNOWNED = ['apiVersion', 'kind'] as const;
const UNOWNED_METADATA = ['name', 'namespace'] as const;

const without = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/**
 * True when a server-side apply of `wanted` would change nothing: our manager owns exactly the fields of `wanted`, with these values.
 * Two things escape it. A value that is owned as a whole may have lost a part: that only happens together with a new revision, whose label tells. And
 * a field that the API server drops has no live value to compare with. What this calls different may, rarely, be equal.
 */
export const isApplied = (wanted: object, live: object, owned: FieldSet | undefined): boolean => {
  if (owned === undefined) return false;
  const body = without(wanted as JsonObject, UNOWNED);
  const metadata = body['metadata'];
  const ownable = isObject(metadata) ? { ...body, metadata: without(metadata, UNOWNED_METADATA) } : body;
  return isEqual(ownable, live as JsonObject, owned);
};

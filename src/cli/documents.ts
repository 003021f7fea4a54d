import { isJsonObject } from '../core/canonical/json.ts';
import type { JsonObject } from '../core/canonical/json.ts';

/** An object, and the place to name when something about it is wrong (`lws.yaml, document 2, line 14`). */
export type ReadDocument = { readonly object: JsonObject; readonly place: string };

/** What a file holds; when there are errors, the documents are those that could be read. */
export type ReadDocuments = { readonly documents: readonly ReadDocument[]; readonly errors: readonly string[] };

/** The answer for a document that cannot be read. */
export const refuse = (place: string, problem: string): ReadDocuments => ({
  documents: [],
  errors: [`${place}: ${problem}`],
});

/** The documents and errors of all parts, in their order. */
export const concatDocuments = (parts: readonly ReadDocuments[]): ReadDocuments => ({
  documents: parts.flatMap(({ documents }) => documents),
  errors: parts.flatMap(({ errors }) => errors),
});

/** The items of a list of any kind, each with the kind that the list implies where it has none. */
const expandList = (list: JsonObject, listKind: string, items: readonly unknown[], place: string): ReadDocuments => {
  const kind = listKind.replace(/List$/, '');
  const implied = kind === '' ? {} : { apiVersion: list['apiVersion'] ?? '', kind };
  return concatDocuments(
    items.map((item, index) =>
      isJsonObject(item)
        ? readObject({ ...implied, ...item }, `${place}, item ${index + 1}`)
        : refuse(`${place}, item ${index + 1}`, 'not an object'),
    ),
  );
};

/** A parsed value as documents: the items of a list, nothing for null, else the object itself. */
export const readObject = (value: unknown, place: string): ReadDocuments => {
  if (value === null || value === undefined) return { documents: [], errors: [] };
  if (!isJsonObject(value)) return refuse(place, 'not an object');
  const { kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))
    return expandList(value, kind, items, place);
  return { documents: [{ object: value, place }], errors: [] };
};

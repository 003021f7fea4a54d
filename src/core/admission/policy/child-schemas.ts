import { KEYWORDS } from './schema-keywords.ts';

/** A schema as a policy's author writes it: a map of keywords, or true or false. */
export type Schema = Readonly<Record<string, unknown>>;

/** A schema inside another: the keyword that holds it, and its place there (none, an index or a name). */
export type ChildSchema = {
  readonly keyword: string;
  readonly key: string | number | undefined;
  readonly value: unknown;
};

/** True for a map. */
export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schemas that stand directly in one keyword's value; none for a keyword of plain values. */
export const childSchemas = (keyword: string, value: unknown): ChildSchema[] => {
  const kind = KEYWORDS.get(keyword);
  if (kind === 'schema') return [{ keyword, key: undefined, value }];
  if (kind === 'schemas' && Array.isArray(value))
    return value.map((child: unknown, key) => ({ keyword, key, value: child }));
  if (kind === 'named schemas' && isSchema(value))
    return Object.entries(value).map(([key, child]) => ({ keyword, key, value: child }));
  return [];
};

/** What the value of a keyword holds: plain values, one schema, a list of schemas, or a map of them by name. */
export type KeywordKind = 'values' | 'schema' | 'schemas' | 'named schemas';

const BY_KIND: Readonly<Record<KeywordKind, string>> = {
  values: `$comment $ref $schema default deprecated description examples title
    type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
    minLength maxLength pattern minItems maxItems minContains maxContains
    required dependentRequired minProperties maxProperties`,
  schema: 'if then else not items contains additionalProperties propertyNames',
  schemas: 'allOf anyOf oneOf prefixItems',
  'named schemas': 'properties patternProperties dependentSchemas $defs',
};

/** The keywords of JSON Schema 2020-12 that a policy may use. */
export const KEYWORDS: ReadonlyMap<string, KeywordKind> = new Map(
  Object.entries(BY_KIND).flatMap(([kind, keywords]) =>
    keywords.split(/\s+/).map((keyword) => [keyword, kind as KeywordKind] as const),
  ),
);

const LOCAL_DEFINITIONS = 'use $defs of the same schema and $ref: "#/$defs/NAME"';

/** The keywords of JSON Schema that a policy may not use, and why. */
export const REFUSED_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['uniqueItems', 'its cost grows with the square of the list'],
  ['unevaluatedProperties', 'its cost is hard to bound: use additionalProperties'],
  ['unevaluatedItems', 'its cost is hard to bound: use items'],
  ['format', 'formats are not checked: use pattern'],
  ['contentEncoding', 'contents are not checked: use pattern'],
  ['contentMediaType', 'contents are not checked: use pattern'],
  ['contentSchema', 'contents are not checked: use pattern'],
  ['definitions', LOCAL_DEFINITIONS],
  ['dependencies', 'use dependentRequired or dependentSchemas'],
  ['$id', LOCAL_DEFINITIONS],
  ['$anchor', LOCAL_DEFINITIONS],
  ['$dynamicAnchor', LOCAL_DEFINITIONS],
  ['$dynamicRef', LOCAL_DEFINITIONS],
  ['$vocabulary', 'there are no vocabularies to choose from'],
]);

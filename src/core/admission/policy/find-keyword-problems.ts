import type { Schema } from './child-schemas.ts';
import { isSchema } from './child-schemas.ts';
import { findPatternProblem } from './linear-pattern.ts';
import { KEYWORDS, REFUSED_KEYWORDS } from './schema-keywords.ts';
import { stepInto } from './schema-path.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Keywords that mean nothing unless one of others stands beside them. */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['if', ['then', 'else']],
  ['then', ['if']],
  ['else', ['if']],
  ['minContains', ['contains']],
  ['maxContains', ['contains']],
]);

const findKeywordProblem = (keyword: string, schema: Schema, isRoot: boolean): string | undefined => {
  const refusal = REFUSED_KEYWORDS.get(keyword);
  if (refusal !== undefined) return `the keyword is not supported in policies: ${refusal}`;
  if (!KEYWORDS.has(keyword)) return 'unknown keyword';
  if (keyword === '$schema' && schema[keyword] !== DIALECT) return `must be ${DIALECT}`;
  if ((keyword === '$schema' || keyword === '$defs') && !isRoot) return 'must be at the top of the schema';
  const needed = NEEDED.get(keyword);
  if (needed === undefined || needed.some((other) => Object.hasOwn(schema, other))) return undefined;
  return `has no effect without ${needed.join(' or ')}`;
};

const patternsOf = ({ pattern, patternProperties }: Schema): [text: string, key: string][] => [
  ...(typeof pattern === 'string' ? ([[pattern, 'pattern']] as [string, string][]) : []),
  ...(isSchema(patternProperties)
    ? Object.keys(patternProperties).map((text): [string, string] => [text, 'patternProperties'])
    : []),
];

/** Says what is wrong with the keywords of one schema, apart from the schemas in it. */
export const findKeywordProblems = (schema: Schema, path: string, isRoot: boolean): string[] => [
  ...Object.keys(schema).flatMap((keyword) => {
    const problem = findKeywordProblem(keyword, schema, isRoot);
    return problem === undefined ? [] : [`${stepInto(path, keyword)}: ${problem}`];
  }),
  ...patternsOf(schema).flatMap(([text, key]) => {
    const problem = findPatternProblem(text);
    return problem === undefined ? [] : [`${stepInto(path, key)}: ${JSON.stringify(text.slice(0, 80))} ${problem}`];
  }),
];

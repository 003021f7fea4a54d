import { childSchemas, isSchema } from './child-schemas.ts';
import type { ChildSchema, Schema } from './child-schemas.ts';
import { KEYWORDS } from './schema-keywords.ts';

/** The keyword that spends steps; its value is the steps that a schema takes whatever it is applied to. */
export const STEPS_KEYWORD = 'x-steps';

/** As many characters are compared in the time of a step. */
const CHARACTERS_PER_STEP = 64;

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return 1 + Math.ceil(value.length / CHARACTERS_PER_STEP);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((size: number, child) => size + sizeOf(child), 1);
};

const ownSteps = (schema: Schema): number =>
  Object.entries(schema).reduce((steps, [keyword, value]) => {
    if (KEYWORDS.get(keyword) === 'values') return steps + sizeOf(value);
    return steps + Math.max(1, childSchemas(keyword, value).length);
  }, 1);

const rebuild = (value: unknown, children: readonly ChildSchema[]): unknown => {
  const [first] = children;
  if (first === undefined) return value;
  if (first.key === undefined) return withSteps(first.value);
  if (typeof first.key === 'number') return children.map((child) => withSteps(child.value));
  return Object.fromEntries(children.map(({ key, value }) => [key, withSteps(value)]));
};

/** The schema with the keyword that spends steps in it and in each schema inside. */
export const withSteps = (schema: unknown): unknown => {
  if (!isSchema(schema)) return schema;
  const entries = Object.entries(schema).map(([keyword, value]) => [
    keyword,
    rebuild(value, childSchemas(keyword, value)),
  ]);
  return { ...Object.fromEntries(entries), [STEPS_KEYWORD]: ownSteps(schema) };
};

/** The steps that a schema takes because of the size of what it is applied to. */
export const stepsFor = (data: unknown): number => {
  if (typeof data === 'string') return Math.ceil(data.length / CHARACTERS_PER_STEP);
  if (Array.isArray(data)) return data.length;
  return typeof data === 'object' && data !== null ? Object.keys(data).length : 0;
};

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Schema } from './child-schemas.ts';
import { findSchemaProblems } from './find-schema-problems.ts';
import { createPatternEngine } from './linear-pattern.ts';
import type { Meter } from './meter.ts';
import { STEPS_KEYWORD, stepsFor, withSteps } from './metered-schema.ts';
import { stepInto } from './schema-path.ts';

/** Finds all errors of a subject. Throws BudgetExhausted when that takes too many steps. */
export type Check = (subject: unknown) => readonly ErrorObject[];

export type CompiledSchema = { readonly check: Check } | { readonly problems: readonly string[] };

export type SchemaCompiler = (schema: Schema) => CompiledSchema;

/** The path that a JSON pointer leads to, in the schema as its author wrote it. */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, key) => stepInto(path, /^\d+$/.test(key) ? Number(key) : key), 'schema');

/** One sentence per place: where several rules failed at one, the first says it best. */
const describeMistakes = (errors: readonly ErrorObject[]): string[] =>
  [...Map.groupBy(errors, ({ instancePath }) => instancePath)].map(
    ([pointer, [first]]) => `${pathOf(pointer)}: ${first?.message ?? 'is no JSON Schema'}`,
  );

const createAjv = (meter: Meter): Ajv2020 => {
  const ajv = new Ajv2020({
    strict: true,
    // A schema may say `required` without naming type and properties again.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    // Otherwise ajv would try patterns on property names with its own, not linear, expressions.
    allowMatchingProperties: true,
    allErrors: true,
    verbose: true,
    inlineRefs: false,
    logger: false,
    addUsedSchema: false,
    code: { regExp: createPatternEngine(meter) },
  });
  ajv.addKeyword({
    keyword: STEPS_KEYWORD,
    schemaType: 'number',
    // First of all, so that a schema that only refers to others counts before it does so.
    before: '$ref',
    errors: false,
    validate: (steps: number, data: unknown) => {
      meter.spend(steps + stepsFor(data));
      return true;
    },
  });
  return ajv;
};

/** Makes a compiler of policies' schemas whose checks spend from the meter. */
export const createSchemaCompiler = (meter: Meter): SchemaCompiler => {
  const ajv = createAjv(meter);
  return (schema) => {
    const problems = findSchemaProblems(schema);
    if (problems.length > 0) return { problems };
    if (ajv.validateSchema(schema) !== true) return { problems: describeMistakes(ajv.errors ?? []) };
    try {
      const validate = ajv.compile(withSteps(schema) as Schema);
      return { check: (subject) => (validate(subject) ? [] : (validate.errors ?? [])) };
    } catch (error) {
      // ajv reports some mistakes by throwing.
      return { problems: [`schema: ${error instanceof Error ? error.message : String(error)}`] };
    }
  };
};

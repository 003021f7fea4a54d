import { childSchemas, isSchema } from './child-schemas.ts';
import type { Schema } from './child-schemas.ts';
import { findKeywordProblems } from './find-keyword-problems.ts';
import { findNameProblems } from './find-name-problems.ts';
import { stepInto } from './schema-path.ts';
import { SUBJECT_SHAPE, childShape } from './subject-shape.ts';
import type { SubjectShape } from './subject-shape.ts';

/** A Kubernetes object is about twenty levels deep. */
const MAX_DEPTH = 64;
/** With each $ref counted as what it stands for, so that a few lines cannot unfold into millions of schemas. */
const MAX_SCHEMAS = 5_000;

const DEFINITION = /^#\/\$defs\/([\w.-]+)$/;

type Place = {
  readonly path: string;
  readonly shape: SubjectShape;
  readonly depth: number;
  /** The definitions that lead here. */
  readonly within: readonly string[];
};

type Walk = { readonly definitions: Schema; readonly problems: Set<string>; visited: number };

const followReference = (reference: string, place: Place, walk: Walk): void => {
  const path = stepInto(place.path, '$ref');
  const name = DEFINITION.exec(reference)?.[1];
  if (name === undefined || !Object.hasOwn(walk.definitions, name)) {
    walk.problems.add(`${path}: ${JSON.stringify(reference)} must be "#/$defs/NAME" with a NAME that $defs has`);
  } else if (place.within.includes(name)) {
    walk.problems.add(`${path}: $defs.${name} refers to itself, so its evaluation need not end`);
  } else {
    const definition = { ...place, path: `schema.$defs.${name}`, depth: place.depth + 1 };
    visit(walk.definitions[name], { ...definition, within: [...place.within, name] }, walk);
  }
};

const visitMap = (schema: Schema, place: Place, walk: Walk): void => {
  const { path, shape, depth } = place;
  for (const problem of findKeywordProblems(schema, path, depth === 0)) walk.problems.add(problem);
  for (const problem of findNameProblems(schema, path, shape)) walk.problems.add(problem);
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref' && typeof value === 'string') followReference(value, place, walk);
    for (const child of childSchemas(keyword, value)) {
      const at = stepInto(path, keyword);
      visit(
        child.value,
        {
          path: child.key === undefined ? at : stepInto(at, child.key),
          shape: childShape(shape, keyword, child.key),
          depth: depth + 1,
          within: keyword === '$defs' ? [String(child.key)] : place.within,
        },
        walk,
      );
    }
  }
};

const visit = (schema: unknown, place: Place, walk: Walk): void => {
  walk.visited += 1;
  if (walk.visited > MAX_SCHEMAS) {
    walk.problems.add(`schema: holds more than ${MAX_SCHEMAS} schemas, each $ref counted as what it stands for`);
  } else if (place.depth > MAX_DEPTH) {
    walk.problems.add(`schema: is nested more than ${MAX_DEPTH} levels deep`);
  } else if (isSchema(schema)) {
    visitMap(schema, place, walk);
  } else if (typeof schema !== 'boolean') {
    walk.problems.add(`${place.path}: must be a schema, which is a map, true or false`);
  }
};

/**
 * Finds what a schema must not have before it is compiled: keywords that do not exist, that have no effect or whose cost has no bound,
 * and fields that the subject does not have.
 */
export const findSchemaProblems = (schema: Schema): string[] => {
  const definitions = isSchema(schema['$defs']) ? schema['$defs'] : {};
  const walk: Walk = { definitions, problems: new Set(), visited: 0 };
  visit(schema, { path: 'schema', shape: SUBJECT_SHAPE, depth: 0, within: [] }, walk);
  return [...walk.problems];
};

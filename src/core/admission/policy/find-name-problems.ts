import type { Schema } from './child-schemas.ts';
import { isSchema } from './child-schemas.ts';
import { stepInto } from './schema-path.ts';
import type { SubjectShape } from './subject-shape.ts';

const namesIn = ({ properties, required }: Schema): [keyword: string, name: string][] => [
  ...(isSchema(properties) ? Object.keys(properties) : []).map((name): [string, string] => ['properties', name]),
  ...(Array.isArray(required) ? required : [])
    .filter((name) => typeof name === 'string')
    .map((name): [string, string] => ['required', name]),
];

/** Finds names of fields that the subject never has: a policy with a slip of the pen would allow everything, or nothing. */
export const findNameProblems = (schema: Schema, path: string, shape: SubjectShape): string[] => {
  if (shape?.kind !== 'fields') return [];
  return namesIn(schema)
    .filter(([, name]) => !shape.names.includes(name))
    .map(
      ([keyword, name]) =>
        `${stepInto(path, keyword)}: there is no field ${JSON.stringify(name)} here, only ${shape.names.join(', ')}`,
    );
};

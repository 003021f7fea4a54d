import { concatDocuments, readObject, refuse } from './documents.ts';
import type { ReadDocuments } from './documents.ts';
import { readYaml } from './read-yaml.ts';

const parseJson = (text: string): { readonly value?: unknown; readonly problem?: string } => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const readJsonLines = (file: string, lines: readonly string[]): ReadDocuments =>
  concatDocuments(
    lines.map((line, index) => {
      const place = `${file}, line ${index + 1}`;
      if (line.trim() === '') return { documents: [], errors: [] };
      const { value, problem } = parseJson(line);
      return problem === undefined ? readObject(value, place) : refuse(place, problem);
    }),
  );

/**
 * Reads the objects of a file: YAML documents as kubectl understands them, one JSON document, or JSON documents one
 * per line. Lists are replaced by their items, empty documents by nothing.
 */
export const readDocuments = (file: string, text: string): ReadDocuments => {
  if (!/^\s*[{[]/.test(text)) return readYaml(file, text);
  const whole = parseJson(text);
  if (whole.problem === undefined) return readObject(whole.value, file);
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // What begins like JSON but is none may still be YAML in its flow style.
  return parseJson(first).problem === undefined ? readJsonLines(file, lines) : readYaml(file, text);
};

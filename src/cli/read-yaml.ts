import { LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { firstLine } from '../config/first-line.ts';
import { MAX_ALIASES } from '../config/max-aliases.ts';
import { concatDocuments, readObject, refuse } from './documents.ts';
import type { ReadDocuments } from './documents.ts';
import { KUBECTL_YAML } from './kubectl-yaml.ts';

const messageOf = (error: unknown): string => firstLine(error instanceof Error ? error.message : String(error));

const hasOnlyFiniteNumbers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(hasOnlyFiniteNumbers)
    : typeof value !== 'number' || Number.isFinite(value);

const readYamlDocument = (document: Document, file: string, index: number, lines: LineCounter): ReadDocuments => {
  const lineAt = (offset: number): string => `${file}, document ${index + 1}, line ${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error !== undefined) return refuse(lineAt(error.pos[0]), firstLine(error.message));
  const place = lineAt(document.contents?.range?.[0] ?? document.range?.[0] ?? 0);
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return hasOnlyFiniteNumbers(value) ? readObject(value, place) : refuse(place, 'holds a number that is not finite');
  } catch (aliasError) {
    return refuse(place, messageOf(aliasError));
  }
};

/** Reads the YAML documents of a file as kubectl understands them. */
export const readYaml = (file: string, text: string): ReadDocuments => {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...KUBECTL_YAML, lineCounter });
  // The library answers an empty text with a list that only looks empty.
  return concatDocuments([...documents].map((document, index) => readYamlDocument(document, file, index, lineCounter)));
};

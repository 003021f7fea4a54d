import { LineCounter, isScalar, parseAllDocuments } from 'yaml';
import type { Document, DocumentOptions, ParseOptions, SchemaOptions, Tags } from 'yaml';
import { findDuplicateFields } from './find-duplicate-fields.ts';
import { firstLine } from './first-line.ts';
import { MAX_ALIASES } from './max-aliases.ts';

export type ReadYaml =
  | { readonly kind: 'value'; readonly value: unknown; readonly duplicates: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** Dates and `1:30` stay text, as in Go; bytes and sets have no place in a configuration. */
const isKept = (tag: Tags[number]): boolean =>
  typeof tag === 'string' ||
  !(/:(?:timestamp|binary|set|omap|pairs)$/.test(tag.tag) || ('format' in tag && tag.format === 'TIME'));

/** YAML 1.1, as Kubernetes reads it: `yes` is true. Duplicates are reported with their path, by us. */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  uniqueKeys: false,
  logLevel: 'silent',
  customTags: (tags) => tags.filter(isKept),
};

const isFilled = ({ errors, contents }: Document.Parsed): boolean =>
  errors.length > 0 || !(isScalar(contents) && contents.value === null);

const problem = (file: string, text: string): ReadYaml => ({ kind: 'problem', problem: `${file}: ${text}` });

const resolveAliases = (document: Document.Parsed, file: string): ReadYaml => {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: 'value', value, duplicates: findDuplicateFields(document.contents) };
  } catch (error) {
    return problem(file, firstLine(error instanceof Error ? error.message : String(error)));
  }
};

/** Reads the one document of a YAML or JSON text, null when it is empty; `file` names the text in problems. */
export const readYaml = (text: string, file: string): ReadYaml => {
  const lineCounter = new LineCounter();
  const documents = [...parseAllDocuments(text, { ...OPTIONS, lineCounter })].filter(isFilled);
  const [document, second] = documents;
  if (document === undefined) return { kind: 'value', value: null, duplicates: [] };
  if (second !== undefined) return problem(file, 'must be one document, not several');
  const [error] = document.errors;
  if (error === undefined) return resolveAliases(document, file);
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return problem(file, `line ${line}, column ${col}: ${firstLine(error.message)}`);
};

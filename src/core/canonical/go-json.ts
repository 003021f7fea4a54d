import type { Json } from './json.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

const goString = (text: string): string =>
  PLAIN.test(text)
    ? `"${text}"`
    : JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);

/** Go sorts by UTF-8 bytes; JavaScript's order differs from it only where surrogates are involved. */
const sortByBytes = (keys: string[]): string[] =>
  keys.some((key) => /[\ud800-\udfff]/.test(key))
    ? keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : keys.sort();

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** The JSON text that Go writes for a map: keys sorted bytewise, no white space, HTML characters escaped. */
export const goJson = (value: Json): string => {
  if (typeof value === 'string') return goString(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(goJson).join(',')}]`;
  const members = sortByBytes(Object.keys(value)).map((key) => `${goString(key)}:${goJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
};

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

const escapeCharacter = (character: string): string => {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const hexadecimal = code.toString(16);
  if (code < 0x80) return `\\x${hexadecimal.padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${hexadecimal.padStart(4, '0')}` : `\\U${hexadecimal.padStart(8, '0')}`;
};

/** Longer than any value that Kubernetes allows: beyond this, a message shows the beginning only. */
const MAX_SHOWN = 1024;

const beginning = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text);

/** Printable ASCII that needs no escape: most text, and quickly recognised. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Text in double quotes as Go's `%q` shows it: printable characters as they are, all others escaped. Of a very long text, the beginning. */
export const goQuote = (text: string): string => {
  const shown = beginning(text);
  return PLAIN.test(shown)
    ? `"${shown}"`
    : `"${shown.toWellFormed().replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeCharacter)}"`;
};

/** A value as Go's JSON encoder shows it: like JSON, with `<`, `>` and `&` escaped. Of a very long text, the beginning. */
export const goJSON = (value: number | string | null): string =>
  JSON.stringify(typeof value === 'string' ? beginning(value).toWellFormed() : value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

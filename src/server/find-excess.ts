/** A shorter body is read in a few milliseconds whatever it holds, and needs no look in advance. */
const HARMLESS_BYTES = 256 * 1024;
/** As in Go's decoder, which the API server uses. */
const MAX_DEPTH = 10_000;
/** More than objects have that fit into etcd. Reading so many takes some tens of milliseconds, in which nobody else is served. */
const MAX_CONTAINERS = 100_000;
const MAX_FIELDS = 150_000;
const MAX_COMMAS = 500_000;

const CODE = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  colon: 0x3a,
  openBrace: 0x7b,
  openBracket: 0x5b,
  closeBrace: 0x7d,
  closeBracket: 0x5d,
};

/** The place of the quote that ends a string which begins before `start`. */
const endOfString = (body: Buffer, start: number): number => {
  let place = start;
  while (place < body.length && body[place] !== CODE.quote) place += body[place] === CODE.backslash ? 2 : 1;
  return place;
};

/** Says why a JSON text would take too long to read; undefined when it would not. Texts that are no JSON may pass. */
export const findExcess = (body: Buffer): string | undefined => {
  if (body.length <= HARMLESS_BYTES) return undefined;
  let depth = 0;
  let containers = 0;
  let fields = 0;
  let commas = 0;
  for (let place = 0; place < body.length; place += 1) {
    const code = body[place];
    if (code === CODE.quote) place = endOfString(body, place + 1);
    else if (code === CODE.colon) fields += 1;
    else if (code === CODE.comma) commas += 1;
    else if (code === CODE.closeBrace || code === CODE.closeBracket) depth -= 1;
    else if (code === CODE.openBrace || code === CODE.openBracket) {
      containers += 1;
      depth += 1;
      if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    }
  }
  if (containers > MAX_CONTAINERS) return `it has more than ${MAX_CONTAINERS} objects and lists`;
  if (commas > MAX_COMMAS) return `it has more than ${MAX_COMMAS} values`;
  return fields > MAX_FIELDS ? `it has more than ${MAX_FIELDS} fields` : undefined;
};

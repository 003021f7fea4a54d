/** A shorter body is read in a few milliseconds whatever it holds, and needs no look in advance. */
const HARMLESS_BYTES = 256 * 1024;
/** As in Go's decoder, which the API server uses. */
const MAX_DEPTH = 10_000;
/** Tens of times what a large set has. Reading so many takes some tens of milliseconds, in which nobody else is served. */
const MAX_CONTAINERS = 60_000;
/** A large set has some thousands, in its templates and once more in its managedFields. */
const MAX_FIELDS = 60_000;
/** A name that is met for the first time costs ten times as much as one that is known. */
const MAX_NAMES = 15_000;
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

/** Different names fall into the same slot now and then: enough are left to tell thousands of names from tens of thousands. */
const NAME_SLOTS = 2 ** 20;
/** Nobody can look for names that fall into one slot without knowing it. */
const HASH_SEED = Math.floor(Math.random() * 2 ** 32);
const HASH_FACTOR = 0x0100_0193;

const slotOf = (body: Buffer, start: number, end: number): number => {
  let hash = HASH_SEED;
  for (let place = start; place < end; place += 1) hash = Math.imul(hash ^ (body[place] ?? 0), HASH_FACTOR);
  return (hash ^ (hash >>> 15)) & (NAME_SLOTS - 1);
};

/** Counts the different names of fields, roughly. */
const createNameCounter = (body: Buffer) => {
  const seen = new Uint8Array(NAME_SLOTS);
  let names = 0;
  return {
    count: (start: number, end: number): void => {
      const slot = slotOf(body, start, end);
      names += 1 - (seen[slot] ?? 0);
      seen[slot] = 1;
    },
    names: () => names,
  };
};

/** Says why a JSON text would take too long to read; undefined when it would not. Texts that are no JSON may pass. */
export const findExcess = (body: Buffer): string | undefined => {
  if (body.length <= HARMLESS_BYTES) return undefined;
  const counter = createNameCounter(body);
  let depth = 0;
  let containers = 0;
  let fields = 0;
  let commas = 0;
  let textStart = 0;
  let textEnd = 0;
  for (let place = 0; place < body.length; place += 1) {
    const code = body[place];
    if (code === CODE.quote) {
      textStart = place + 1;
      textEnd = endOfString(body, textStart);
      place = textEnd;
    } else if (code === CODE.colon) {
      fields += 1;
      counter.count(textStart, textEnd);
    } else if (code === CODE.comma) commas += 1;
    else if (code === CODE.closeBrace || code === CODE.closeBracket) depth -= 1;
    else if (code === CODE.openBrace || code === CODE.openBracket) {
      containers += 1;
      depth += 1;
      if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    }
  }
  if (containers > MAX_CONTAINERS) return `it has more than ${MAX_CONTAINERS} objects and lists`;
  if (commas > MAX_COMMAS) return `it has more than ${MAX_COMMAS} values`;
  if (fields > MAX_FIELDS) return `it has more than ${MAX_FIELDS} fields`;
  return counter.names() > MAX_NAMES ? `it has more than ${MAX_NAMES} different names of fields` : undefined;
};

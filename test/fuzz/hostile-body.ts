import * as fc from 'fast-check';
import { heavyBodies } from './heavy-bodies.ts';
import type { SampleReview } from './sample-reviews.ts';

export type HostileBody = { readonly path: string; readonly body: Buffer };

const LONGEST = 64 * 1024;
const DEEPEST = 12_000;

/** Marks in place of which a text is put that no JavaScript value turns into. */
const RAW = '\u{10ffff}raw:';

const rawTexts = ['1e999', '-0', '1e-400', '9'.repeat(400), '"\\ud800"', '"\\udc00x"', '01', 'NaN', '', '"\\u0000"'];

/** Mostly small, as what is huge takes its time. */
const size = (max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max }) },
  );

const nested = fc
  .tuple(size(DEEPEST), fc.constantFrom('[]', '{}'))
  .map(([depth, kind]) =>
    kind === '[]' ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  );

const longText = fc
  .tuple(fc.constantFrom('a', '-', '0', '\u007f', 'é', '\ud800', '"', '<', 'a.', '~1/', '%'), size(LONGEST))
  .map(([unit, length]) => unit.repeat(length));

const intruder: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(null, true, '', 0, -1, 1.5, 2 ** 31, 2 ** 53, [], {}, [null], '25%', '4'),
  },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom(...rawTexts), nested).map((text) => RAW + text) },
  { weight: 1, arbitrary: longText },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"size":1}}'), { constructor: { prototype: 1 } }),
  },
);

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '', 'a/b~c', 'metadata', 'spec'),
  fc.string(),
);

const mutation = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'swap'),
  key,
  value: intruder,
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

type Container = Record<string, unknown>;

const listPlaces = (root: unknown): [Container, string][] => {
  const places: [Container, string][] = [];
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const current = pending.pop();
    if (typeof current !== 'object' || current === null) continue;
    for (const name of Object.keys(current)) {
      places.push([current as Container, name]);
      pending.push((current as Container)[name]);
    }
  }
  return places;
};

const define = (target: object, name: string, value: unknown): void => {
  // An assignment to `__proto__` would not make a member.
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
};

const mutate = (root: Container, { place, kind, key, ...given }: Mutation): void => {
  // The same value may be given again, and must not have grown until then.
  const value = structuredClone(given.value);
  const places = listPlaces(root);
  const [target, name] = places[place % places.length] ?? [root, 'request'];
  const [otherTarget, otherName] = places[(place * 31) % places.length] ?? [root, 'kind'];
  if (kind === 'remove') delete target[name];
  else if (kind === 'add' && !Array.isArray(target)) define(target, key, value);
  else if (kind === 'swap') define(target, name, structuredClone(otherTarget[otherName]));
  else define(target, name, value);
};

const RAW_PATTERN = new RegExp(`"${RAW}((?:[^"\\\\]|\\\\.)*)"`, 'gu');

const write = (value: unknown): string =>
  JSON.stringify(value).replace(RAW_PATTERN, (_, text: string) => JSON.parse(`"${text}"`) as string);

const spoil: fc.Arbitrary<(body: Buffer) => Buffer> = fc
  .tuple(
    fc.constantFrom('cut', 'flip', 'invalid UTF-8', 'repeat a key', 'append', 'prepend', 'empty'),
    fc.nat(),
    fc.nat({ max: 255 }),
  )
  .map(([kind, place, byte]) => (body) => {
    const at = body.length === 0 ? 0 : place % body.length;
    switch (kind) {
      case 'cut':
        return body.subarray(0, at);
      case 'flip':
        return body.length === 0 ? body : Buffer.concat([body.subarray(0, at), Buffer.of(byte), body.subarray(at + 1)]);
      case 'invalid UTF-8':
        return Buffer.concat([body.subarray(0, at), Buffer.of(0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80), body.subarray(at)]);
      case 'repeat a key':
        return Buffer.from(body.toString().replaceAll('"spec":', `"spec":null,"spec":`));
      case 'append':
        return Buffer.concat([body, Buffer.of(byte)]);
      case 'prepend':
        return Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body]);
      case 'empty':
        return Buffer.alloc(0);
    }
  });

const mutatedBody = (samples: readonly SampleReview[]): fc.Arbitrary<HostileBody> =>
  fc
    .record({
      sample: fc.constantFrom(...samples),
      mutations: fc.array(mutation, { minLength: 0, maxLength: 4 }),
      spoiling: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: spoil }),
    })
    .map(({ sample: { path, review }, mutations, spoiling }) => {
      const root = structuredClone(review) as Container;
      for (const one of mutations) mutate(root, one);
      const body = Buffer.from(write(root));
      return { path, body: spoiling?.(body) ?? body };
    });

/**
 * Bodies made of real reviews by putting wrong, huge, deep or odd values into them, and sometimes by spoiling the text itself; one in a
 * thousand is as much work as a body can make.
 */
export const hostileBody = (samples: readonly SampleReview[]): fc.Arbitrary<HostileBody> =>
  fc.oneof(
    { weight: 999, arbitrary: mutatedBody(samples) },
    { weight: 1, arbitrary: fc.constantFrom<HostileBody>(...heavyBodies()) },
  );

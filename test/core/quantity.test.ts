import t from 'tap';
import {
  addQuantities,
  compareQuantities,
  multiplyQuantity,
  quantityCeil,
} from '../../src/core/quantity/arithmetic.ts';
import { canonicalQuantity, formatQuantity } from '../../src/core/quantity/format-quantity.ts';
import { parseQuantity } from '../../src/core/quantity/parse-quantity.ts';
import type { Quantity } from '../../src/core/quantity/quantity.ts';

const quantity = (value: string | number): Quantity => {
  const parsed = parseQuantity(value);
  if (parsed === undefined) throw new Error(`${value} is no quantity`);
  return parsed;
};

/** Answers of k8s.io/apimachinery v0.36.3. */
const CANONICAL: readonly (readonly [string, string | number, string])[] = [
  ['a number becomes text', 2, '2'],
  ['milli units that make a whole number', '1000m', '1'],
  ['a fraction becomes milli units', '0.5', '500m'],
  ['a binary unit becomes the next one', '1024Mi', '1Gi'],
  ['a binary fraction becomes a smaller unit', '1.5Gi', '1536Mi'],
  ['a binary quantity below 1024 loses its unit', '0.5Ki', '512'],
  ['a binary quantity that is not whole becomes decimal', '1.0001Ki', '1024102400u'],
  ['decimal units grow by thousands', '1000k', '1M'],
  ['an exponent is kept as an exponent', '1e3', '1e3'],
  ['an exponent becomes a multiple of three', '1e4', '10e3'],
  ['a large number from JSON', 1e21, '1e+21'],
  ['less than a nano is rounded up', '0.0000000001', '1n'],
  ['so is less than a nano below zero', '-0.0000000001', '-1n'],
  ['a binary quantity is capped at 64 bits', '100Ei', '9223372036854775807'],
  ['a decimal quantity is not', '12345678901234567890', '12345678901234567890'],
  ['white space around is ignored', ' 1 ', '1'],
  ['zero has no unit', '0Gi', '0'],
  ['what passes for canonical is kept: a plus sign', '+5', '+5'],
  ['what passes for canonical is kept: trailing zeros', '1.500', '1.500'],
  ['what passes for canonical is kept: a capital exponent', '1E3', '1E3'],
  ['beyond E there is no unit', '1000E', '1'],
  ['a lone sign is zero', '-', '0'],
  ['a lone short unit is zero', 'Ki', '0'],
  ['an exponent wraps around at 32 bits', '1000e4294967297', '10e3'],
  ['a huge exponent is not written out', '1e1000000000', '10e999999999'],
  ['a hugely negative exponent is rounded up', '1e-999999999', '1e-9'],
  ['what is no quantity stays', '1 Gi', '1 Gi'],
];

const NO_QUANTITY = [
  '',
  ' ',
  'x',
  '1x',
  '1ki',
  '1e',
  '1e3.5',
  '--1',
  '1.2.3',
  '0x10',
  'Ei',
  '1e99999999999999999999',
  '１',
];

const CEIL: readonly (readonly [string | number, bigint | undefined])[] = [
  ['0', 0n],
  ['4', 4n],
  [4, 4n],
  ['100m', 1n],
  ['1500m', 2n],
  ['-1500m', -2n],
  ['1Ki', 1024n],
  ['1n', 1n],
  ['1e999999999', 2n ** 63n - 1n],
  ['-1e999999999', 1n - 2n ** 63n],
  ['99999999999999999999', 2n ** 63n - 1n],
  ['four', undefined],
];

const SUMS: readonly (readonly [string, string, string])[] = [
  ['100m', '200m', '300m'],
  ['1Gi', '1G', '2073741824'],
  ['1Gi', '1Gi', '2Gi'],
  ['0', '1Ki', '1Ki'],
  ['1Ki', '0', '1Ki'],
  ['1', '-1', '0'],
  ['1e999999999', '1', '1e999999999'],
  ['1Ki', '1e999999999', '1'],
];

const ORDER = ['-1e999999999', '-1', '-1m', '0', '1n', '999m', '1', '1Ki', '1025', '1Gi', '1e999999999'];

void t.test('quantities are written as Kubernetes writes them', (t) => {
  for (const [title, value, expected] of CANONICAL) t.equal(canonicalQuantity(value), expected, title);
  t.end();
});

void t.test('other texts are no quantities', (t) => {
  for (const text of NO_QUANTITY) t.equal(parseQuantity(text), undefined, JSON.stringify(text));
  t.end();
});

void t.test('hostile texts are refused without converting them', (t) => {
  const long = 1_000_000;
  for (const text of [
    '1'.repeat(long),
    `${'0'.repeat(long)}x`,
    'e'.repeat(long),
    `1e${'9'.repeat(long)}`,
    `0.${'0'.repeat(long)}`,
  ])
    t.equal(parseQuantity(text), undefined, text.slice(0, 3));
  t.end();
});

void t.test('a quantity is rounded up to a whole number of at most 64 bits', (t) => {
  for (const [value, expected] of CEIL) t.equal(quantityCeil(value), expected, String(value));
  t.end();
});

void t.test('sums keep the format of their first term that is not zero', (t) => {
  for (const [a, b, expected] of SUMS)
    t.equal(formatQuantity(addQuantities(quantity(a), quantity(b))), expected, `${a} + ${b}`);
  t.end();
});

void t.test('products are exact and written anew', (t) => {
  t.equal(formatQuantity(multiplyQuantity(quantity('100m'), 3)), '300m');
  t.equal(formatQuantity(multiplyQuantity(quantity('512Mi'), 2)), '1Gi');
  t.equal(formatQuantity(multiplyQuantity(quantity('1.500'), 1)), '1500m');
  t.equal(formatQuantity(multiplyQuantity(quantity('1'), 0)), '0');
  t.end();
});

void t.test('quantities are ordered by their numbers', (t) => {
  const signs = ORDER.map((a) => ORDER.map((b) => Math.sign(compareQuantities(quantity(a), quantity(b)))));
  t.strictSame(
    signs,
    ORDER.map((_, a) => ORDER.map((_, b) => Math.sign(a - b))),
  );
  t.equal(compareQuantities(quantity('1'), quantity('1000m')), 0);
  t.end();
});

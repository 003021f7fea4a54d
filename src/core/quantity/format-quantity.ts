import { divideUp } from './divide-up.ts';
import { parseQuantity } from './parse-quantity.ts';
import { MAX_ZEROS, type Quantity } from './quantity.ts';
import { BINARY_SUFFIXES, DECIMAL_SUFFIXES } from './suffixes.ts';

const countTrailing = (text: string, character: string): number => {
  let start = text.length;
  while (start > 0 && text[start - 1] === character) start -= 1;
  return text.length - start;
};

const formatDecimal = ({ digits, exponent, format }: Quantity): string => {
  const text = digits.toString();
  const zeros = countTrailing(text, '0');
  const power = exponent + zeros;
  const padding = ((power % 3) + 3) % 3;
  const number = text.slice(0, text.length - zeros) + '0'.repeat(padding);
  const thousands = (power - padding) / 3;
  if (format === 'DecimalExponent') return thousands === 0 ? number : `${number}e${3 * thousands}`;
  // Upstream: beyond `E` there is no suffix, so 1000E is written `1`.
  return number + (DECIMAL_SUFFIXES[thousands + 3] ?? '');
};

const formatBinary = (whole: bigint): string => {
  let number = whole;
  let power = 0;
  while (number % 1024n === 0n) {
    number /= 1024n;
    power += 1;
  }
  return number.toString() + (BINARY_SUFFIXES[power] ?? '');
};

/** The whole number that a quantity is; undefined for fractions, and for numbers too long to write out. */
const exactWhole = ({ digits, exponent }: Quantity): bigint | undefined => {
  if (exponent >= 0) return exponent > MAX_ZEROS ? undefined : digits * 10n ** BigInt(exponent);
  const whole = divideUp(digits, -exponent);
  return whole * 10n ** BigInt(-exponent) === digits ? whole : undefined;
};

/** Writes a quantity in the canonical form of its format, as Kubernetes does. */
export const formatQuantity = (quantity: Quantity): string => {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.digits === 0n) return '0';
  if (quantity.format !== 'BinarySI') return formatDecimal(quantity);
  const whole = exactWhole(quantity);
  const isShownInDecimal = whole === undefined || (whole > -1024n && whole < 1024n);
  return isShownInDecimal ? formatDecimal({ ...quantity, format: 'DecimalSI' }) : formatBinary(whole);
};

/** The text that Kubernetes stores for a quantity; one that is no quantity stays as it is. */
export const canonicalQuantity = (value: string | number): string => {
  const quantity = parseQuantity(value);
  return quantity === undefined ? String(value) : formatQuantity(quantity);
};

/**
 * Kubernetes quantities (`500m`, `1Gi`, `1e3`) in exact arithmetic. Every function is bounded by the length of its
 * input: an exponent, however large, is never written out as zeros.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** The number `digits × 10^exponent`, and how to write it. */
export type Quantity = {
  readonly digits: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** Upstream: texts that pass for canonical are kept as written, although some (`+5`, `1.500`, `1E3`) are not. */
  readonly text?: string;
};

const MAX_INT64 = 2n ** 63n - 1n;
const NANO = -9;
/** A longer text is no quantity: converting digits takes more than linear time. */
const MAX_LENGTH = 100_000;
/** Two numbers further apart than this many digits are not aligned, and no number is written out with so many zeros. */
const MAX_ZEROS = 10_000;

/** Sign, leading zeros, whole part, fraction, suffix. The look-aheads keep a mismatch linear in the text's length. */
const FORM = /^([+-]?)(0*)([1-9]\d*|)(?!\d)(?:\.(\d*)(?!\d))?([eEinumkKMGTP]*[+-]?\d*)$/;

const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

type Suffix = { readonly format: QuantityFormat; readonly exponent: number };

const readSuffix = (suffix: string): Suffix | undefined => {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix);
  if (decimal >= 0) return { format: 'DecimalSI', exponent: NANO + 3 * decimal };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary >= 0) return { format: 'BinarySI', exponent: 10 * binary };
  if (!/^[eE][+-]?\d+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) >= 2 ** 63) return undefined;
  // Upstream: an exponent beyond 32 bits wraps around.
  return { format: 'DecimalExponent', exponent: Number(BigInt.asIntN(32, BigInt(suffix.slice(1).replace('+', '')))) };
};

/** Digits that Go's short path may have: beyond them, numbers are rounded and capped. */
const shortPathDigits = ({ format, exponent }: Suffix, fraction: string): number => {
  if (format !== 'BinarySI') return 18;
  return fraction === '' ? 14 - (3 * exponent) / 10 : -1;
};

const isKeptAsWritten = ({ format }: Suffix, digits: string, exponent: number): boolean =>
  format === 'BinarySI'
    ? BigInt(digits) % 8n !== 0n
    : exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');

const magnitude = ({ digits, exponent }: Quantity): number =>
  (digits < 0n ? -digits : digits).toString().length + exponent;

/** Divides by a power of ten, away from zero when there is a remainder. */
const divideUp = (digits: bigint, zeros: number): bigint => {
  if (digits < 0n) return -divideUp(-digits, zeros);
  if (digits === 0n) return 0n;
  if (zeros > digits.toString().length) return 1n;
  const divisor = 10n ** BigInt(zeros);
  return (digits + divisor - 1n) / divisor;
};

/** Rounds up to whole nanos; numbers with a binary suffix are capped at 64 bits. */
const bound = (quantity: Quantity): Quantity => {
  const { exponent, format } = quantity;
  if (exponent >= NANO && format !== 'BinarySI') return quantity;
  const digits = exponent < NANO ? divideUp(quantity.digits, NANO - exponent) : quantity.digits;
  const rounded = { digits, exponent: Math.max(exponent, NANO), format };
  if (format !== 'BinarySI') return rounded;
  const one = 10n ** BigInt(-rounded.exponent);
  const size = digits < 0n ? -digits : digits;
  if (size > MAX_INT64 * one) return { digits: digits < 0n ? -MAX_INT64 : MAX_INT64, exponent: 0, format };
  return size < one ? { ...rounded, format: 'DecimalSI' } : rounded;
};

/** Reads a quantity as Kubernetes does, with its rounding and capping; undefined when it is none. */
export const parseQuantity = (value: string | number): Quantity | undefined => {
  const text = String(value).trim();
  const match = FORM.exec(text);
  if (match === null || text === '' || text.length > MAX_LENGTH) return undefined;
  const [, sign = '', zeros = '', whole = '', fraction = '', suffixText = ''] = match;
  const suffix = readSuffix(suffixText);
  if (suffix === undefined) return undefined;
  const written = (whole || '0') + fraction;
  const negate = (digits: bigint): bigint => (sign === '-' ? -digits : digits);
  const binary = suffix.format === 'BinarySI';
  // 32-bit arithmetic, as Go's.
  const exponent = ((binary ? 0 : suffix.exponent) - fraction.length) | 0;
  const factor = binary ? 1n << BigInt(suffix.exponent) : 1n;
  const { format } = suffix;
  if (written.length <= shortPathDigits(suffix, fraction) && exponent >= NANO) {
    const quantity = { digits: negate(BigInt(written) * factor), exponent, format };
    return isKeptAsWritten(suffix, written, exponent) ? { ...quantity, text } : quantity;
  }
  // Upstream: a suffix without any digit is zero on the short path (`Ki`, `m`), but an error here (`Ei`, `e-20`).
  if (zeros + whole + fraction === '') return undefined;
  return bound({ digits: negate(BigInt(written) * factor), exponent, format });
};

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

/** A quantity rounded up (away from zero) to a whole number of at most 64 bits; undefined when it is none. */
export const quantityCeil = (value: string | number): bigint | undefined => {
  const quantity = parseQuantity(value);
  if (quantity === undefined || quantity.digits === 0n) return quantity?.digits;
  const { digits, exponent } = quantity;
  const limit = digits < 0n ? -MAX_INT64 : MAX_INT64;
  if (magnitude(quantity) > 19) return limit;
  const whole = exponent < 0 ? divideUp(digits, -exponent) : digits * 10n ** BigInt(exponent);
  return whole > MAX_INT64 || whole < -MAX_INT64 ? limit : whole;
};

const scaleTo = ({ digits, exponent }: Quantity, target: number): bigint => digits * 10n ** BigInt(exponent - target);

/** Negative when `a` is less than `b`, positive when it is more, 0 when they are the same number. */
export const compareQuantities = (a: Quantity, b: Quantity): number => {
  const sign = (digits: bigint): number => Number(digits > 0n) - Number(digits < 0n);
  if (sign(a.digits) !== sign(b.digits) || a.digits === 0n) return sign(a.digits) - sign(b.digits);
  const difference = magnitude(a) - magnitude(b);
  if (difference !== 0) return difference * sign(a.digits);
  const exponent = Math.min(a.exponent, b.exponent);
  return sign(scaleTo(a, exponent) - scaleTo(b, exponent));
};

/**
 * The exact sum, in the format of `a` (of `b` when `a` is zero); when the exponents lie more than 10,000 apart, the
 * one with the larger exponent.
 */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => {
  const { format } = a.digits === 0n ? b : a;
  if (a.digits === 0n || b.digits === 0n) {
    const { digits, exponent } = a.digits === 0n ? b : a;
    return { digits, exponent, format };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  if (Math.abs(a.exponent - b.exponent) > MAX_ZEROS) {
    const larger = a.exponent > b.exponent ? a : b;
    return { digits: larger.digits, exponent: larger.exponent, format };
  }
  return { digits: scaleTo(a, exponent) + scaleTo(b, exponent), exponent, format };
};

/** The exact product of a quantity with a whole number, in the quantity's format. */
export const multiplyQuantity = ({ digits, exponent, format }: Quantity, factor: number): Quantity => ({
  digits: digits * BigInt(factor),
  exponent,
  format,
});

import { divideUp } from './divide-up.ts';
import { MAX_INT64, type Quantity, type QuantityFormat } from './quantity.ts';
import { BINARY_SUFFIXES, DECIMAL_SUFFIXES } from './suffixes.ts';

const NANO = -9;
/** A longer text is no quantity: converting digits takes more than linear time. */
const MAX_LENGTH = 100_000;

/** Sign, leading zeros, whole part, fraction, suffix. The look-aheads keep a mismatch linear in the text's length. */
const FORM = /^([+-]?)(0*)([1-9]\d*|)(?!\d)(?:\.(\d*)(?!\d))?([eEinumkKMGTP]*[+-]?\d*)$/;

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

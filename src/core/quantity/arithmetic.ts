import { divideUp } from './divide-up.ts';
import { parseQuantity } from './parse-quantity.ts';
import { MAX_INT64, MAX_ZEROS, type Quantity } from './quantity.ts';

const magnitude = ({ digits, exponent }: Quantity): number =>
  (digits < 0n ? -digits : digits).toString().length + exponent;

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

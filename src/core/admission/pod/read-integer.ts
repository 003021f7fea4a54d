const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_DIGITS = 19;

/** A whole number as Go reads it: an optional sign and decimal digits, at most 64 bits. Undefined for any other text. */
export const readInteger = (text: string): bigint | undefined => {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > MAX_DIGITS) return undefined;
  const number = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  return number > MAX_INT64 || number < MIN_INT64 ? undefined : number;
};

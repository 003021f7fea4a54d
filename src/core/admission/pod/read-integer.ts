const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_DIGITS = 19;

/** A whole number as Go reads it: an optional sign and decimal digits, at most 64 bits. Undefined for any other text. */
export const readInteger = (text: string): bigint | undefined => {
  const match = /^([+-]?)0*([0-9]*)$/.exec(text);
  const digits = match?.[2];
  if (digits === undefined || !/[0-9]$/.test(text) || digits.length > MAX_DIGITS) return undefined;
  const number = match?.[1] === '-' ? -BigInt(digits) : BigInt(digits);
  return number > MAX_INT64 || number < MIN_INT64 ? undefined : number;
};

/** Divides by a power of ten, away from zero when there is a remainder. */
export const divideUp = (digits: bigint, zeros: number): bigint => {
  if (digits < 0n) return -divideUp(-digits, zeros);
  if (digits === 0n) return 0n;
  if (zeros > digits.toString().length) return 1n;
  const divisor = 10n ** BigInt(zeros);
  return (digits + divisor - 1n) / divisor;
};

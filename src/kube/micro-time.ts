/** Kubernetes' MicroTime of a time in nanoseconds since 1970: exactly six digits after the point, or the API server refuses it. */
export const microTime = (nanoseconds: bigint): string => {
  const milliseconds = Number(nanoseconds / 1_000_000n);
  const microseconds = (nanoseconds / 1000n) % 1000n;
  return new Date(milliseconds).toISOString().replace('Z', `${String(microseconds).padStart(3, '0')}Z`);
};

/** Nanoseconds of a time in milliseconds since 1970. */
export const nanosecondsOf = (milliseconds: number): bigint => BigInt(Math.trunc(milliseconds * 1000)) * 1000n;

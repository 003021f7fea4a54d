export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/**
 * A Kubernetes quantity (`500m`, `1Gi`, `1e3`): the number `digits × 10^exponent`, and how to write it. All work on it is bounded by the length
 * of the text that it was read from: an exponent, however large, is never written out as zeros.
 */
export type Quantity = {
  readonly digits: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** Upstream: texts that pass for canonical are kept as written, although some (`+5`, `1.500`, `1E3`) are not. */
  readonly text?: string;
};

/** The largest whole number that Kubernetes keeps. */
export const MAX_INT64 = 2n ** 63n - 1n;

/** Two numbers further apart than this many digits are not aligned, and no number is written out with so many zeros. */
export const MAX_ZEROS = 10_000;

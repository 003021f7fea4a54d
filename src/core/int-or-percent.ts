import type { IntOrString } from '../api/kubernetes.ts';

export type Rounding = 'up' | 'down';

/** Where 64 bits end: Kubernetes reads no larger number. */
const INT64_LIMIT = 2 ** 63;

/** The number before the sign of a percentage (`25%`, `-5%`); undefined when the text is none, or beyond 64 bits. */
export const readPercent = (text: string): number | undefined => {
  const digits = /^([+-]?[0-9]+)%$/.exec(text)?.[1];
  const percent = Number(digits);
  return Math.abs(percent) < INT64_LIMIT ? percent : undefined;
};

/**
 * Resolves a number or a percentage (`25%`) of `total` to a whole number; undefined when the text is neither.
 * A signed percentage is accepted here; validation refuses it.
 */
export const resolveIntOrPercent = (value: IntOrString, total: number, rounding: Rounding): number | undefined => {
  if (typeof value === 'number') return value;
  const percent = readPercent(value);
  if (percent === undefined) return undefined;
  const exact = (percent * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
};

/** Returns the command line flags of a table; a value of undefined leaves its flag out. */
export const toFlags = (values: Record<string, string | number | boolean | undefined>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));

/** Returns feature gates in the form of a flag's value, or undefined where there are none. */
export function featureGatesValue(gates: Record<string, boolean> = {}): string | undefined {
  const entries = Object.entries(gates);
  return entries.length === 0 ? undefined : entries.map(([name, on]) => `${name}=${on}`).join(',');
}

/** The value without the field that the keys lead to; undefined when there are no keys. */
export const withoutField = (value: unknown, [first, ...rest]: readonly string[]): unknown => {
  if (first === undefined || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    return value.map((child: unknown, index) => (String(index) === first ? withoutField(child, rest) : child));
  }
  const entries = Object.entries(value).map(([key, child]): [string, unknown] => [
    key,
    key === first ? withoutField(child, rest) : child,
  ]);
  return Object.fromEntries(entries.filter(([, child]) => child !== undefined));
};

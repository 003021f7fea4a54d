const isPlain = (key: string): boolean => /^[A-Za-z_$][\w$-]*$/.test(key);

/** A path one step further, as messages show it: `a.b`, `a[0]`, or `a[some/key]` for a key that a dot would garble. */
export const stepInto = (path: string, key: string | number): string => {
  if (typeof key === 'number' || !isPlain(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
};

const MAX_INT32 = 2_147_483_647;

/** The parent and the ordinal that a pod name carries. */
export type NameParts = { readonly parent: string; readonly ordinal: number };

/**
 * Splits `<parent>-<digits>` at the last dash. A name of another form gives parent '' and ordinal −1;
 * digits beyond 32 bits give ordinal −1 but keep the parent.
 */
export const splitOrdinal = (name: string): NameParts => {
  const dash = name.lastIndexOf('-');
  const digits = name.slice(dash + 1);
  if (dash < 0 || !/^[0-9]+$/.test(digits)) return { parent: '', ordinal: -1 };
  const ordinal = Number(digits);
  return { parent: name.slice(0, dash), ordinal: ordinal > MAX_INT32 ? -1 : ordinal };
};

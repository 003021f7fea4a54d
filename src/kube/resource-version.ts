const isNumber = (version: string): boolean => {
  for (let index = 0; index < version.length; index++) {
    const code = version.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return version.length > 0;
};

/** True when `version` is later in history than `than`. Versions are whole numbers of any size without leading zeros; others cannot be compared, and count as later when they differ. */
export const isLaterVersion = (version: string, than: string): boolean => {
  if (version === than) return false;
  if (!isNumber(version) || !isNumber(than)) return true;
  return version.length === than.length ? version > than : version.length > than.length;
};

/** Suffixes of decimal quantities, three powers of ten apart; the first is a billionth. */
export const DECIMAL_SUFFIXES: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** Suffixes of binary quantities, a factor of 1024 apart. */
export const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

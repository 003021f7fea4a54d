const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
/** Kubernetes writes a hash with these characters for 0 to 9, so that it never spells a word. */
const SAFE_DIGITS = '456789bcdf';

const fnv32 = (bytes: Uint8Array): number => {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash, PRIME) ^ byte;
  return hash >>> 0;
};

/** The key of a revision: the 32-bit FNV-1 hash of its data, in the digits that Kubernetes uses for hashes. */
export const revisionHash = (data: string): string =>
  Array.from(String(fnv32(Buffer.from(data))), (digit) => SAFE_DIGITS[Number(digit)]).join('');

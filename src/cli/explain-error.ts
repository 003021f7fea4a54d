/** Errors that only a mistake in our own code makes. */
const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/** One sentence about what the world outside did to us, for whoever can mend it; undefined when the mistake is ours and only its stack helps. */
export const explainError = (error: unknown): string | undefined => {
  if (isBug(error)) return undefined;
  // What follows the first line is a picture of the text that cannot be read.
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
};

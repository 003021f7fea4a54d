/** A failure and what caused it, in one line each. */
export const explainFailure = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n  because: ${explainFailure(error.cause)}`;
};

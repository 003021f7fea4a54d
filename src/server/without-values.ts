const LONGEST_REASON = 500;

/** A refusal for the log: it may repeat what it refuses, and that is nobody's business but the user's. Values in quotes are left out. */
export const withoutValues = (message = ''): string =>
  message.slice(0, LONGEST_REASON).replaceAll(/"(?:[^"\\]|\\[^]?)*(?:"|$)/g, '"…"');

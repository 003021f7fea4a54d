const ZERO = '0001-01-01T00:00:00Z';

/** A time as metav1.Time writes it: UTC, whole seconds; null for Go's zero time; text that is no time stays as it is. */
export const goTime = (text: string): string | null => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  const seconds = new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return seconds === ZERO ? null : seconds;
};

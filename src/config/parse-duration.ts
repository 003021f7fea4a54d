const UNITS_IN_MS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const DURATION = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /([\d.]+)([^\d.]+)/g;

/** Go counts nanoseconds in 64 bits. */
const MAX_MS = 2 ** 63 / 1e6;

/** Fractions of a nanosecond are an artefact of the arithmetic. */
const toWholeNanoseconds = (ms: number): number => Math.round(ms * 1e6) / 1e6;

/** Reads a duration as Go writes it (`15s`, `1m30s`, `500ms`) into milliseconds; undefined when it is none. */
export const parseDuration = (text: string): number | undefined => {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(PART)].map(([, size, unit = '']) => Number(size) * (UNITS_IN_MS.get(unit) ?? 0));
  const ms = toWholeNanoseconds(parts.reduce((sum, part) => sum + part, 0));
  if (ms >= MAX_MS) return undefined;
  return text.startsWith('-') ? 0 - ms : ms;
};

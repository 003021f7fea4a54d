import type { Clock } from './clock.ts';
import type { Connection, Credentials } from './connection.ts';

/** Reads credentials at most every `ms`, or at once when they are to be fresh; while a reading fails, the last ones are used. */
export const cachedCredentials = (
  read: () => Promise<Credentials>,
  options: { readonly ms: number; readonly clock: Clock },
): Connection['credentials'] => {
  let current: { readonly value: Credentials; readonly readAt: number } | undefined;
  let reading: Promise<Credentials> | undefined;

  const readOnce = async (): Promise<Credentials> => {
    try {
      const value = await read();
      current = { value, readAt: options.clock.monotonicMs() };
      return value;
    } catch (error) {
      // A file may be missing for a moment while it is replaced.
      if (current === undefined) throw error;
      return current.value;
    } finally {
      reading = undefined;
    }
  };

  return async ({ fresh } = { fresh: false }) => {
    if (!fresh && current !== undefined && options.clock.monotonicMs() - current.readAt < options.ms)
      return current.value;
    reading ??= readOnce();
    return reading;
  };
};

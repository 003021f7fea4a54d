import type { Change } from './informer-cache.ts';

/** Hands each change to every subscriber; what one of them throws is reported and disturbs nobody else. */
export const createChangeFeed = <T>(report: (error: unknown, change: Change<T>) => void) => {
  const handlers: ((change: Change<T>) => void)[] = [];

  const deliver = (handler: (change: Change<T>) => void, change: Change<T>): void => {
    try {
      handler(change);
    } catch (error) {
      report(error, change);
    }
  };

  return {
    subscribe: (handler: (change: Change<T>) => void): void => {
      handlers.push(handler);
    },
    emit: (change: Change<T>): void => {
      for (const handler of handlers) deliver(handler, change);
    },
  };
};

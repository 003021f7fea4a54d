import type { Clock } from '../kube/clock.ts';
import { createTokenBucket } from '../kube/token-bucket.ts';

/** client-go's overall limit of retries, so that ten thousand failing keys don't all come back in the same second. */
const OVERALL = { qps: 10, burst: 100 };

export type RetryDelayOptions = { readonly baseDelayMs: number; readonly maxDelayMs: number; readonly clock: Clock };

/** How long a key waits after a failure: doubling per key, and bounded over all keys. */
export const createRetryDelay = ({ baseDelayMs, maxDelayMs, clock }: RetryDelayOptions) => {
  const failures = new Map<string, number>();
  const bucket = createTokenBucket({ ...OVERALL, clock });

  return {
    nextMs: (key: string): number => {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      return Math.max(Math.min(maxDelayMs, baseDelayMs * 2 ** count), bucket.reserveMs());
    },
    forget: (key: string): void => {
      failures.delete(key);
    },
  };
};

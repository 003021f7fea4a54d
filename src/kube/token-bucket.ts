import type { Clock } from './clock.ts';

export type TokenBucketOptions = {
  /** Tokens per second; 0 or less: no limit. */
  readonly qps: number;
  readonly burst: number;
  readonly clock: Clock;
};

/** Answers how long the next caller must wait for its turn, and books that turn; `giveBack` undoes one booking. */
export const createTokenBucket = ({ qps, burst, clock }: TokenBucketOptions) => {
  let tokens = burst;
  let filledAt = clock.monotonicMs();

  const fill = (): void => {
    const now = clock.monotonicMs();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * qps);
    filledAt = now;
  };

  return {
    reserveMs: (): number => {
      if (qps <= 0) return 0;
      fill();
      // Below zero the bucket is in debt to those who wait already: turns stay in order.
      tokens -= 1;
      return tokens >= 0 ? 0 : (-tokens / qps) * 1000;
    },
    giveBack: (): void => {
      tokens += 1;
    },
  };
};

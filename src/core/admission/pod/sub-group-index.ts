/**
 * The sub-group of a worker. Where sub-groups divide the workers alone, counting starts with the first worker.
 * Upstream: a sub-group size of 1 divides both, and then counts from the leader even when the leader is excluded.
 */
export const subGroupIndex = (size: bigint, subGroupSize: bigint, workerIndex: bigint): bigint =>
  (size - 1n) % subGroupSize === 0n && size % subGroupSize !== 0n
    ? (workerIndex - 1n) / subGroupSize
    : workerIndex / subGroupSize;

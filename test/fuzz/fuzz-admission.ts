import * as fc from 'fast-check';
import { createAsker } from './ask.ts';
import { hostileBody } from './hostile-body.ts';
import { type HostileRequest, hostileRequest } from './hostile-request.ts';
import { sampleReviews } from './sample-reviews.ts';
import type { FuzzedServer, Memory } from './start-server.ts';

export type FuzzOptions = {
  readonly server: FuzzedServer;
  readonly reviews: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
  /** Is told the memory of the server after the warm-up, and then after every so many reviews. */
  readonly onMemory?: (done: number, memory: Memory) => void;
};

export type FuzzResult = {
  readonly reviews: number;
  /** What was wrong, with the request; at most ten. */
  readonly problems: readonly string[];
  /** The longest that one answer took, of the quickest of a few attempts. */
  readonly slowestMs: number;
  /** After the warm-up. */
  readonly before: Memory;
  readonly after: Memory;
};

const PARALLEL = 8;
/** So many requests at once are in memory. */
const BATCH = 200;
/**
 * Memory is taken for the first time when everything has been used for a while: code has been compiled, and the allocators have met the
 * largest bodies several times. What grows after that grows for ever.
 */
const WARM_UP = 100_000;
/** Of a short run, the warm-up is one part in so many. */
const WARM_UP_PART = 5;
const MEMORY_EVERY = 100_000;
const SLOW_MS = 50;
const ATTEMPTS = 10;
const MAX_PROBLEMS = 10;

const show = ({ pieces }: HostileRequest): string => Buffer.concat(pieces).toString('latin1').slice(0, 2_000);

const timed = async <T>(action: () => Promise<T>): Promise<readonly [ms: number, result: T]> => {
  const start = performance.now();
  const result = await action();
  return [performance.now() - start, result];
};

/**
 * Asks a server hostile reviews, and checks each answer. One that takes long is asked for again, with nobody else asking, and judged by the
 * processor time it takes: the machine may be busy, but a review that blocks the server does so every time.
 */
export const fuzzAdmission = async ({
  server,
  reviews,
  seed,
  onProgress,
  onMemory,
}: FuzzOptions): Promise<FuzzResult> => {
  const arbitrary = hostileRequest(hostileBody(sampleReviews()));
  const askers = Array.from({ length: PARALLEL }, () => createAsker(server.port));
  const problems: string[] = [];
  let slowestMs = 0;
  let current = seed;

  const complain = (problem: string, request: HostileRequest): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(`${problem}, to a request of seed ${current}\n${show(request)}`);
  };

  const measureAlone = async (request: HostileRequest): Promise<number> => {
    const asker = createAsker(server.port);
    let quickest = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && quickest > SLOW_MS; attempt += 1) {
      const before = await server.readCpuMs();
      await asker.ask(request);
      quickest = Math.min(quickest, (await server.readCpuMs()) - before);
    }
    asker.close();
    return quickest;
  };

  const askAll = async (requests: readonly HostileRequest[]): Promise<void> => {
    const slow: HostileRequest[] = [];
    let next = 0;
    const work = async ({ ask }: (typeof askers)[number]): Promise<void> => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const asked = request;
        const [ms, problem] = await timed(() => ask(asked));
        if (problem !== undefined) complain(problem, asked);
        if (ms > SLOW_MS) slow.push(asked);
        else slowestMs = Math.max(slowestMs, ms);
      }
    };
    await Promise.all(askers.map(work));
    for (const request of slow) {
      const ms = await measureAlone(request);
      slowestMs = Math.max(slowestMs, ms);
      if (ms > SLOW_MS) complain(`an answer after ${ms.toFixed(0)} ms of work`, request);
    }
  };

  let done = 0;
  const askMany = async (count: number, from: number): Promise<void> => {
    for (let batch = 0; batch * BATCH < count; batch += 1) {
      const numRuns = Math.min(BATCH, count - batch * BATCH);
      current = from + batch;
      await askAll(fc.sample(arbitrary, { seed: current, numRuns }));
      if (server.hasEnded()) throw new Error('the server has ended');
      done += numRuns;
      onProgress?.(done);
      if (onMemory !== undefined && done % MEMORY_EVERY === 0) onMemory(done, await server.readMemory());
    }
  };

  try {
    const warmUp = Math.min(WARM_UP, Math.ceil(reviews / WARM_UP_PART));
    await askMany(warmUp, seed);
    const before = await server.readMemory();
    await askMany(reviews - warmUp, seed + warmUp);
    return { reviews: done, problems, slowestMs, before, after: await server.readMemory() };
  } finally {
    for (const asker of askers) asker.close();
  }
};

import { setTimeout as sleep } from 'node:timers/promises';
import { type ReviewConnection, connectForReviews } from './review-connection.ts';

/** When a review was due (`performance.now()`), and how many milliseconds its answer took from then on. */
export type Answer = { readonly dueAt: number; readonly ms: number };

const withConnections = async <T>(
  port: number,
  count: number,
  use: (connections: ReviewConnection[]) => Promise<T>,
): Promise<T> => {
  const connections = await Promise.all(Array.from({ length: count }, () => connectForReviews(port)));
  try {
    return await use(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
};

const PARALLEL = 8;

/** Sends reviews for that long, as fast as they are answered, over eight connections. */
export const sendAtFullSpeed = (port: number, requests: readonly Buffer[], seconds: number): Promise<Answer[]> =>
  withConnections(port, PARALLEL, async (connections) => {
    const answers: Answer[] = [];
    const end = performance.now() + seconds * 1000;
    let next = 0;
    const send = async ({ ask }: ReviewConnection): Promise<void> => {
      for (let now = performance.now(); now < end;) {
        await ask(requests[next++ % requests.length] as Buffer);
        const answered = performance.now();
        answers.push({ dueAt: now, ms: answered - now });
        now = answered;
      }
    };
    await Promise.all(connections.map(send));
    return answers;
  });

const MOST_CONNECTIONS = 16;

/**
 * Sends so many reviews a second, whether or not earlier ones have been answered, over at most 16 connections. Waiting for a free
 * connection is part of what an answer took.
 */
export const sendAtRate = (
  port: number,
  requests: readonly Buffer[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Answer[]> =>
  withConnections(port, MOST_CONNECTIONS, async (connections) => {
    const answers: Answer[] = [];
    const free = [...connections];
    const due: number[] = [];
    const total = perSecond * seconds;
    const failures: unknown[] = [];
    let sent = 0;

    const send = async (connection: ReviewConnection): Promise<void> => {
      for (let dueAt = due.shift(); dueAt !== undefined; dueAt = due.shift()) {
        await connection.ask(requests[sent++ % requests.length] as Buffer);
        answers.push({ dueAt, ms: performance.now() - dueAt });
      }
      free.push(connection);
    };

    const start = performance.now();
    for (let planned = 0; planned < total && failures.length === 0;) {
      const now = performance.now();
      const wanted = Math.min(total, Math.floor(((now - start) * perSecond) / 1000));
      for (; planned < wanted; planned += 1) due.push(now);
      while (due.length > 0) {
        const connection = free.pop();
        if (connection === undefined) break;
        send(connection).catch((error: unknown) => failures.push(error));
      }
      await sleep(1);
    }
    while (failures.length === 0 && answers.length < total) await sleep(1);
    if (failures.length > 0) throw failures[0];
    return answers;
  });

import type { IncomingMessage } from 'node:http';
import { errorFromAnswer } from './answer.ts';
import { createBreath } from './breathe.ts';
import type { Clock } from './clock.ts';
import { createDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { createLineSplitter } from './line-splitter.ts';
import { readBody } from './read-body.ts';
import { createReadingPace } from './reading-pace.ts';
import { requestFailure } from './request-failure.ts';
import type { WatchOptions } from './rest-client.ts';
import type { Transport } from './transport.ts';

/** A refusal of a watch is a Status; nothing larger is of interest. */
const MOST_ERROR_BYTES = 1024 * 1024;

const readLines = async (
  response: IncomingMessage,
  { onLine, isUnhurried }: Pick<WatchOptions, 'onLine' | 'isUnhurried'>,
  deadline: Deadline,
): Promise<void> => {
  const split = createLineSplitter();
  const breathe = createBreath();
  const pace = createReadingPace();
  for await (const chunk of response as AsyncIterable<Buffer>) {
    deadline.extend();
    for (const line of split(chunk)) {
      onLine(line);
      const others = breathe();
      if (others !== undefined) await others;
    }
    // Nobody reads on while we wait, so TCP holds the server back.
    const pause = isUnhurried?.() === true ? pace(chunk.length) : undefined;
    if (pause !== undefined) await pause;
  }
};

/** Streams the lines of a watch until the server closes it; throws when it breaks, falls silent or is refused. */
export const watchLines = async (transport: Transport, clock: Clock, options: WatchOptions): Promise<void> => {
  const { silenceMs } = options;
  const deadline = createDeadline(clock, silenceMs, `silent for ${silenceMs} ms`, options.signal);
  let response: IncomingMessage | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const onLine = (line: Buffer): void => {
    try {
      options.onLine(line);
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  try {
    response = await transport({ method: 'GET', path: options.path, query: options.query }, deadline.signal);
    const code = response.statusCode ?? 0;
    if (code !== 200) throw errorFromAnswer(code, response.headers, await readBody(response, MOST_ERROR_BYTES));
    await readLines(response, { ...options, onLine }, deadline);
  } catch (error) {
    // What the reader of the lines throws is its own business.
    throw thrown === undefined
      ? requestFailure(error, `watch ${options.path}`, deadline.signal, options.signal)
      : thrown.error;
  } finally {
    deadline.cancel();
    response?.destroy();
  }
};

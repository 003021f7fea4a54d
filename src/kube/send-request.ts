import { errorFromAnswer, valueFromAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import { createDeadline } from './deadline.ts';
import { readBody } from './read-body.ts';
import { requestFailure } from './request-failure.ts';
import type { RequestOptions } from './rest-client.ts';
import { retryRequest } from './retry-request.ts';
import type { Transport } from './transport.ts';

const TIMEOUT_MS = 30_000;

/** A page of 250 of the largest objects that etcd usually takes would be larger, but no cluster is made of those. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Sends one request, again where that is safe, and answers the JSON; throws ApiError when refused. */
export const sendRequest = async (transport: Transport, clock: Clock, request: RequestOptions): Promise<unknown> => {
  const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;

  const attempt = async (): Promise<unknown> => {
    const deadline = createDeadline(clock, timeoutMs, `no answer within ${timeoutMs} ms`, request.signal);
    try {
      const response = await transport(request, deadline.signal);
      const text = await readBody(response, MOST_BYTES);
      const code = response.statusCode ?? 0;
      if (code < 200 || code > 299) throw errorFromAnswer(code, response.headers, text);
      return valueFromAnswer(text);
    } catch (error) {
      throw requestFailure(error, `${request.method} ${request.path}`, deadline.signal, request.signal);
    } finally {
      deadline.cancel();
    }
  };

  return retryRequest(attempt, { clock, signal: request.signal });
};

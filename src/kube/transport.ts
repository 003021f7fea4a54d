import type { IncomingMessage } from 'node:http';
import { exchange } from './exchange.ts';
import { requestUrl } from './request-url.ts';
import type { RequestOptions, RestClientOptions } from './rest-client.ts';
import { sleep } from './sleep.ts';
import { systemClock } from './clock.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Sends a request and answers the head of what came back, whatever its status code. */
export type Transport = (request: RequestOptions, signal: AbortSignal) => Promise<IncomingMessage>;

const bodyHeaders = (request: RequestOptions, body: string | undefined): Record<string, string | number> =>
  body === undefined
    ? {}
    : {
        'content-type': request.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      };

const bodyText = (body: string | object | undefined): string | undefined =>
  body === undefined || typeof body === 'string' ? body : JSON.stringify(body);

/** The way of every request to the API server: it waits for its turn, carries credentials, and is counted. */
export const createTransport = (options: RestClientOptions): Transport => {
  const { connection, metrics, clock = systemClock } = options;
  const bucket = createTokenBucket({ qps: options.qps, burst: options.burst, clock });
  const host = connection.origin.host;

  const waitForTurn = async (signal: AbortSignal): Promise<void> => {
    const ms = bucket.reserveMs();
    if (ms === 0) return;
    await sleep(clock, ms, signal);
    if (!signal.aborted) return;
    bucket.giveBack();
    signal.throwIfAborted();
  };

  const send = async (request: RequestOptions, fresh: boolean, signal: AbortSignal): Promise<IncomingMessage> => {
    const body = bodyText(request.body);
    const credentials = await connection.credentials({ fresh });
    options.beforeSend?.();
    return exchange({
      url: requestUrl(connection.origin, request.path, request.query),
      method: request.method,
      credentials,
      headers: { accept: 'application/json', 'user-agent': options.userAgent, ...bodyHeaders(request, body) },
      body,
      signal,
    });
  };

  const counted = async (request: RequestOptions, fresh: boolean, signal: AbortSignal): Promise<IncomingMessage> => {
    const startedAt = clock.monotonicMs();
    let code = '<error>';
    try {
      const response = await send(request, fresh, signal);
      code = String(response.statusCode);
      return response;
    } finally {
      metrics?.requests?.({ method: request.method, host, code });
      metrics?.requestSeconds?.({ verb: request.method, host }, (clock.monotonicMs() - startedAt) / 1000);
    }
  };

  return async (request, signal) => {
    await waitForTurn(signal);
    const response = await counted(request, false, signal);
    if (response.statusCode !== 401) return response;
    // A token may have been replaced since we read it; the server has not acted on the request.
    response.resume();
    return counted(request, true, signal);
  };
};

import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Credentials } from './connection.ts';

export type ExchangeOptions = {
  readonly url: URL;
  readonly method: string;
  readonly credentials: Credentials;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
};

/** Codes of a connection that the other side had closed while it was idle. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/** A connection that was kept open had been closed by the server before our request reached it. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

const failure = (request: ClientRequest, error: Error): Error => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return request.reusedSocket && CLOSED.has(code) ? new StaleConnectionError(error.message, { cause: error }) : error;
};

/** Sends one request and resolves with the head of its answer; aborting the signal also ends the body. */
export const exchange = (options: ExchangeOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = options.url.protocol === 'http:' ? requestHttp : requestHttps;
    const request = send(
      options.url,
      {
        method: options.method,
        agent: options.credentials.agent,
        headers: { ...options.headers, ...options.credentials.headers },
        signal: options.signal,
      },
      resolve,
    );
    request.on('error', (error) => reject(failure(request, error)));
    request.end(options.body);
  });

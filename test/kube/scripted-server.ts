import { Agent, createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/kube/connection.ts';

export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
};

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers JSON. */
export const json =
  (code: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };

/** Answers a refusal as the API server words it. */
export const refusal = (code: number, reason: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(code, { kind: 'Status', status: 'Failure', code, reason, message: `refused: ${reason}` }, headers);

/** Streams lines, then closes, breaks the connection, or stays silent. */
export const stream =
  (lines: readonly unknown[], end: 'close' | 'break' | 'silence'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const line of lines) response.write(typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
    if (end === 'close') response.end();
    // Later, so that what was written arrives.
    if (end === 'break') setTimeout(() => response.destroy(), 20);
  };

/** Breaks the connection instead of answering. */
export const breakConnection: Reply = (_response, request) => request.socket.destroy();

const readAll = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
};

/** A server that gives the replies in order, the last one again and again, and remembers what it was asked. */
export const startScriptedServer = async (replies: readonly Reply[]) => {
  const requests: SeenRequest[] = [];
  let connections = 0;
  const tokens = ['first', 'second'];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://server');
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      contentType: request.headers['content-type'],
      authorization: request.headers.authorization,
    };
    const body = await readAll(request);
    requests.push({ ...seen, body });
    replies[Math.min(requests.length, replies.length) - 1]?.(response, request);
  };

  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 32, scheduling: 'lifo' });
  const connection: Connection = {
    origin: new URL(`http://127.0.0.1:${port}`),
    source: 'test',
    credentials: async ({ fresh } = { fresh: false }) => ({
      agent,
      headers: { authorization: `Bearer ${fresh ? tokens[1] : tokens[0]}` },
    }),
    close: () => agent.destroy(),
  };

  return {
    connection,
    requests,
    connections: () => connections,
    close: async (): Promise<void> => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

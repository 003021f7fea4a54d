import { Agent, request } from 'node:https';

/** How to reach and convince an API server: a client certificate or a bearer token. */
export interface Credentials {
  url: string;
  ca: string;
  cert?: string;
  key?: string;
  token?: string;
}

/** One HTTP request; a body that is not a string is sent as JSON. */
export interface ApiRequest {
  method: string;
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
}

export interface ApiResponse {
  code: number;
  body: string;
}

export interface Connection {
  send: (request: ApiRequest) => Promise<ApiResponse>;
  close: () => void;
}

const REQUEST_TIMEOUT_MS = 30_000;

function pathWithQuery({ path, query = {} }: ApiRequest): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  const text = given.toString();
  return text === '' ? path : `${path}?${text}`;
}

function bodyText(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

/** Returns a connection to an API server that keeps its sockets open; `send` rejects only when no answer came. */
export function createConnection({ url, token, ...tls }: Credentials): Connection {
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets: 32 });
  const send = (asked: ApiRequest): Promise<ApiResponse> =>
    new Promise((resolve, reject) => {
      const body = bodyText(asked.body);
      const headers = {
        'content-type': asked.contentType ?? 'application/json',
        // Node.js leaves it out of a DELETE, whose body would then be taken for the next request.
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const options = { agent, method: asked.method, headers, timeout: REQUEST_TIMEOUT_MS };
      const sent = request(new URL(pathWithQuery(asked), url), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${asked.method} ${asked.path} in 30 s`)));
      sent.on('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}

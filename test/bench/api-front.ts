import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXPIRE_PODS, type Expired, FROM_MEMORY } from './expire-pods.ts';

// A server in front of the API server, which passes everything on. When it is asked to, it cuts the watches of pods and has their versions
// expired, as an API server does that has started anew, and tells when the list of all pods that follows from that has been sent: by the
// API server, or from memory, which leaves out what the API server's work costs the machine.

const [port, target = '', pkiDirectory = ''] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(pkiDirectory, name), 'utf8');
const agent = new Agent({ keepAlive: true, ca: read('ca.crt') });

const END_OF_LIST = '"k8s.io/initial-events-end":"true"';
const LINE_FEED = 0x0a;
const CHUNK_BYTES = 64 * 1024;
const GONE = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 });

/** A streamed list, with the bookmark that ends it. */
type Recording = { readonly lines: Buffer; readonly resourceVersion: string };

const watches = new Set<ServerResponse>();
let recording: Recording | undefined;
let isExpired = false;
let isFromMemory = false;
let onSent: ((ms: number) => void) | undefined;

const ask = async (incoming: IncomingMessage, path: string): Promise<IncomingMessage> => {
  const { method = 'GET', headers } = incoming;
  const asked = request(new URL(path, target), { agent, method, headers });
  incoming.pipe(asked);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
};

const passOn = async (incoming: IncomingMessage, outgoing: ServerResponse, path: string): Promise<void> => {
  const response = await ask(incoming, path);
  if (!outgoing.headersSent) outgoing.writeHead(response.statusCode ?? 0, response.headers);
  await pipeline(response, outgoing);
};

const write = async (outgoing: ServerResponse, bytes: Buffer): Promise<void> => {
  if (!outgoing.write(bytes)) await once(outgoing, 'drain');
};

const isEnd = (chunk: Buffer): boolean => chunk.at(-1) === LINE_FEED && chunk.includes(END_OF_LIST);

const record = (chunks: readonly Buffer[]): Recording => {
  const lines = Buffer.concat(chunks);
  const [, resourceVersion = ''] = /"resourceVersion":"(\d+)"[^\n]*\n$/.exec(lines.toString('latin1', -2_000)) ?? [];
  return { lines, resourceVersion };
};

const sendList = async (incoming: IncomingMessage, outgoing: ServerResponse, path: string): Promise<void> => {
  const response = await ask(incoming, path);
  outgoing.on('close', () => response.destroy());
  outgoing.writeHead(response.statusCode ?? 0, response.headers);
  const startedAt = performance.now();
  let chunks: Buffer[] | undefined = [];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks?.push(chunk);
    await write(outgoing, chunk);
    if (chunks === undefined || !isEnd(chunk)) continue;
    recording = record(chunks);
    chunks = undefined;
    onSent?.(performance.now() - startedAt);
  }
  outgoing.end();
};

const repeatList = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { url, recorded }: { readonly url: URL; readonly recorded: Recording },
): Promise<void> => {
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  const startedAt = performance.now();
  const { lines, resourceVersion } = recorded;
  for (let at = 0; at < lines.length; at += CHUNK_BYTES) await write(outgoing, lines.subarray(at, at + CHUNK_BYTES));
  onSent?.(performance.now() - startedAt);
  for (const parameter of ['sendInitialEvents', 'resourceVersionMatch']) url.searchParams.delete(parameter);
  url.searchParams.set('resourceVersion', resourceVersion);
  await passOn(incoming, outgoing, url.pathname + url.search);
};

const expirePods = async (outgoing: ServerResponse, url: URL): Promise<void> => {
  const sent = Promise.withResolvers<number>();
  onSent = sent.resolve;
  isFromMemory = url.searchParams.has(FROM_MEMORY);
  isExpired = true;
  for (const watch of watches) watch.destroy();
  const ms = await sent.promise;
  onSent = undefined;
  outgoing.end(JSON.stringify({ ms } satisfies Expired));
};

const watchPods = async (incoming: IncomingMessage, outgoing: ServerResponse, url: URL): Promise<void> => {
  watches.add(outgoing);
  outgoing.on('close', () => watches.delete(outgoing));
  if (url.searchParams.has('sendInitialEvents')) {
    isExpired = false;
    if (isFromMemory && recording !== undefined) return repeatList(incoming, outgoing, { url, recorded: recording });
    return sendList(incoming, outgoing, url.pathname + url.search);
  }
  if (!isExpired) return passOn(incoming, outgoing, url.pathname + url.search);
  outgoing.writeHead(410, { 'content-type': 'application/json' }).end(GONE);
};

const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const url = new URL(incoming.url ?? '', target);
  if (url.pathname === EXPIRE_PODS) return expirePods(outgoing, url);
  if (url.pathname.endsWith('/pods') && url.searchParams.has('watch')) return watchPods(incoming, outgoing, url);
  return passOn(incoming, outgoing, url.pathname + url.search);
};

const server = createServer({ cert: read('apiserver.crt'), key: read('apiserver.key') }, (incoming, outgoing) => {
  // Whoever has gone away needs no answer, and others see that theirs broke off.
  serve(incoming, outgoing).catch(() => outgoing.destroy());
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));

import * as fc from 'fast-check';
import type { HostileBody } from './hostile-body.ts';

/** What to write to a connection, piece by piece, and how many answers to expect; undefined: any number, and the connection may be closed. */
export type HostileRequest = { readonly pieces: readonly Buffer[]; readonly answers: number | undefined };

const head = (path: string, headers: Readonly<Record<string, string>>, method = 'POST'): Buffer => {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${[`${method} ${path}?timeout=10s HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
};

const JSON_TYPE = { 'Content-Type': 'application/json' };

const plain = ({ path, body }: HostileBody, headers: Readonly<Record<string, string>> = JSON_TYPE): Buffer =>
  Buffer.concat([head(path, { ...headers, 'Content-Length': String(body.length) }), body]);

const once = (hostile: HostileBody): HostileRequest => ({ pieces: [plain(hostile)], answers: 1 });

const split = (buffer: Buffer, count: number): Buffer[] => {
  const length = Math.ceil(buffer.length / count) || 1;
  return Array.from({ length: count }, (_, i) => buffer.subarray(i * length, (i + 1) * length)).filter(
    (piece) => piece.length > 0,
  );
};

const chunked = ({ path, body }: HostileBody): Buffer => {
  const chunks = split(body, 3).flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([
    head(path, { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' }),
    ...chunks,
    Buffer.from('0\r\n\r\n'),
  ]);
};

const flood = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-Flood-${i}`, 'x'.repeat(count)]));

const odd: readonly ((hostile: HostileBody) => HostileRequest)[] = [
  (hostile) => ({ pieces: [plain(hostile, {})], answers: 1 }),
  (hostile) => ({ pieces: [plain(hostile, { 'Content-Type': 'text/plain' })], answers: 1 }),
  (hostile) => ({ pieces: [plain(hostile, { 'Content-Type': `application/json${';'.repeat(500)}` })], answers: 1 }),
  (hostile) => ({ pieces: [Buffer.concat([plain(hostile), plain(hostile), plain(hostile)])], answers: 3 }),
  (hostile) => ({ pieces: split(plain(hostile), 7), answers: 1 }),
  (hostile) => ({ pieces: [chunked(hostile)], answers: 1 }),
  (hostile) => ({ pieces: [plain(hostile, { ...JSON_TYPE, ...flood(90) })], answers: 1 }),
  (hostile) => ({ pieces: [plain(hostile, { ...JSON_TYPE, ...flood(1_500) })], answers: undefined }),
  ({ path, body }) => ({
    pieces: [head(path, { ...JSON_TYPE, 'Content-Length': String(body.length + 9) }), body],
    answers: undefined,
  }),
  ({ path, body }) => ({
    pieces: [head(path, { ...JSON_TYPE, 'Content-Length': String(Math.max(0, body.length - 9)) }), body],
    answers: undefined,
  }),
  ({ path, body }) => ({ pieces: [head(path, { ...JSON_TYPE, 'Content-Length': 'many' }), body], answers: undefined }),
  ({ path, body }) => ({
    pieces: [head(path, { ...JSON_TYPE, 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }), body],
    answers: undefined,
  }),
  ({ path, body }) => ({ pieces: [head(path, JSON_TYPE, 'BREW'), body], answers: undefined }),
  ({ body }) => ({ pieces: [body], answers: undefined }),
  ({ body }) => ({ pieces: [plain({ path: `/${'x'.repeat(3000)}`, body })], answers: 1 }),
];

/** Requests that carry such bodies; one in twenty breaks the rules of HTTP itself, or strains them. */
export const hostileRequest = (body: fc.Arbitrary<HostileBody>): fc.Arbitrary<HostileRequest> => {
  const shape = fc.oneof(
    { weight: 19, arbitrary: fc.constant(once) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
  return fc.tuple(body, shape).map(([hostile, send]) => send(hostile));
};

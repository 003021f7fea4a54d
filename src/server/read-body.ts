import type { Readable } from 'node:stream';

/** The API server sends objects of up to 3 MiB, and two of them in an update. */
const MAX_BODY_BYTES = 7 * 1024 * 1024;
/** Beyond this, nobody waits for an answer any more. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** The body of a request has more bytes than are read. */
export class BodyTooLarge extends Error {
  constructor() {
    super(`request entity is too large; limit is ${MAX_BODY_BYTES} bytes`);
  }
}

type Done = (body: Buffer | Error) => void;

/**
 * Reads the whole body of a request, or says why that cannot be done: BodyTooLarge, or that the client has gone. What is too much is read and forgotten before that:
 * a client that is still sending would not see the answer.
 */
export const readBody = (request: Readable, done: Done): void => {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (length > MAX_DISCARDED_BYTES) request.destroy(new BodyTooLarge());
  });
  request.on('end', () => {
    const [first] = chunks;
    if (length > MAX_BODY_BYTES) done(new BodyTooLarge());
    else done(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length));
  });
  request.on('error', done);
};

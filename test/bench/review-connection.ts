import { once } from 'node:events';
import { type TLSSocket, connect } from 'node:tls';

/** A kept connection to an admission server; one request at a time. */
export type ReviewConnection = {
  /** Sends a whole HTTP request and resolves to the body of its answer; rejects unless that is 200 and allowed. */
  readonly ask: (request: Buffer) => Promise<string>;
  readonly close: () => void;
};

const END_OF_HEAD = '\r\n\r\n';

/** The body, once all of it is there. */
const readBody = (text: string): string | undefined => {
  const head = text.indexOf(END_OF_HEAD);
  if (head < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1]);
  const body = text.slice(head + END_OF_HEAD.length);
  // Answers to our reviews are ASCII.
  return body.length < length ? undefined : body;
};

const check = (text: string, body: string): string => {
  if (text.startsWith('HTTP/1.1 200') && body.includes('"allowed":true')) return body;
  throw new Error(`a review of the benchmark was answered: ${text}`);
};

const listen = (socket: TLSSocket) => {
  let received = '';
  let waiting: PromiseWithResolvers<string> | undefined;
  const fail = (error: Error): void => waiting?.reject(error);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const body = readBody(received);
    if (body === undefined) return;
    const text = received;
    received = '';
    try {
      waiting?.resolve(check(text, body));
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server has closed the connection')));
  return (): Promise<string> => {
    waiting = Promise.withResolvers<string>();
    return waiting.promise;
  };
};

/** Connects over TLS, as the API server does: HTTP/1.1, kept open. It is as cheap as can be, as it shares the machine with what it measures. */
export const connectForReviews = async (port: number): Promise<ReviewConnection> => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  const answer = listen(socket);
  return {
    ask: (request) => {
      const answered = answer();
      socket.write(request);
      return answered;
    },
    close: () => socket.destroy(),
  };
};

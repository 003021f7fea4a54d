import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { type TLSSocket, connect } from 'node:tls';
import { type Answer, createAnswerReader } from './answer-reader.ts';
import type { HostileRequest } from './hostile-request.ts';

/** A connection that is made again whenever the server has closed it. */
export type Asker = {
  /** Sends a request and resolves to what is wrong with its answers; undefined when they are as they should be. */
  readonly ask: (request: HostileRequest) => Promise<string | undefined>;
  readonly close: () => void;
};

const PATIENCE_MS = 30_000;

type Review = {
  readonly response?: {
    readonly uid?: unknown;
    readonly allowed?: unknown;
    readonly status?: { readonly code?: unknown };
  };
};

const isReview = (body: string): boolean => {
  try {
    const { response } = JSON.parse(Buffer.from(body, 'latin1').toString()) as Review;
    return (
      typeof response?.allowed === 'boolean' &&
      typeof response.uid === 'string' &&
      typeof response.status?.code === 'number'
    );
  } catch {
    return false;
  }
};

const HTTP_ERRORS = new Set([400, 404, 405, 408, 413, 414, 417, 431, 501]);

const judge = ({ status, body }: Answer): string | undefined => {
  if (status === 200 ? isReview(body) : HTTP_ERRORS.has(status)) {
    // A review fails with this code only when something threw that nobody foresaw.
    return /"code":500\b/.test(body) ? `an unforeseen failure: ${body.slice(0, 300)}` : undefined;
  }
  return `an answer of status ${status}: ${body.slice(0, 300)}`;
};

/** Connects to a server on this machine at the first question. */
export const createAsker = (port: number): Asker => {
  let socket: TLSSocket | undefined;

  const open = async (): Promise<TLSSocket> => {
    const opened = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(opened, 'secureConnect');
    // A connection that breaks is closed, too.
    opened.on('error', () => {});
    opened.setNoDelay(true).setEncoding('latin1');
    return opened;
  };

  const collect = (from: TLSSocket, wanted: number | undefined): Promise<readonly Answer[] | string> =>
    new Promise((resolve) => {
      const read = createAnswerReader();
      const settle = (result: readonly Answer[] | string): void => {
        clearTimeout(timer);
        from.off('data', hear).off('close', end);
        resolve(result);
      };
      const hear = (chunk: string): void => {
        const answers = read(chunk);
        if (answers.length >= (wanted ?? 1)) settle(answers);
      };
      const end = (): void => settle(wanted === undefined ? read('') : 'the connection was closed without an answer');
      const timer = setTimeout(() => settle('no answer within 30 s'), PATIENCE_MS);
      from.on('data', hear).on('close', end);
    });

  const ask = async ({ pieces, answers: wanted }: HostileRequest): Promise<string | undefined> => {
    if (socket === undefined || socket.destroyed || !socket.writable) socket = await open();
    const used = socket;
    const collected = collect(used, wanted);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await setImmediate();
      used.write(piece);
    }
    if (wanted === undefined) used.end();
    const answers = await collected;
    if (wanted === undefined || typeof answers === 'string' || answers.some(({ isLast }) => isLast)) {
      used.destroy();
      socket = undefined;
    }
    if (typeof answers === 'string') return answers;
    return answers.map(judge).find((problem) => problem !== undefined);
  };

  return { ask, close: () => socket?.destroy() };
};

import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { type TLSSocket, connect } from 'node:tls';
import type { HostileRequest } from './hostile-request.ts';

/** A connection that is made again whenever the server has closed it. */
export type Asker = {
  /** Sends a request and resolves to what is wrong with its answers; undefined when they are as they should be. */
  readonly ask: (request: HostileRequest) => Promise<string | undefined>;
  readonly close: () => void;
};

type Answer = { readonly status: number; readonly body: string };

const PATIENCE_MS = 30_000;
const END_OF_HEAD = '\r\n\r\n';

/** Takes whole answers from the front of a text, and returns what is left of it. */
const takeAnswers = (text: string, answers: Answer[]): string => {
  const end = text.indexOf(END_OF_HEAD);
  if (end < 0) return text;
  const head = text.slice(0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const start = end + END_OF_HEAD.length;
  if (text.length < start + length) return text;
  answers.push({ status: Number(head.slice(9, 12)), body: text.slice(start, start + length) });
  return takeAnswers(text.slice(start + length), answers);
};

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
    opened.setNoDelay(true).setEncoding('latin1');
    return opened;
  };

  const collect = (from: TLSSocket, wanted: number | undefined): Promise<Answer[] | string> =>
    new Promise((resolve) => {
      const answers: Answer[] = [];
      let text = '';
      const settle = (result: Answer[] | string): void => {
        clearTimeout(timer);
        from.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
        from.on('error', () => {});
        resolve(result);
      };
      const timer = setTimeout(() => settle('no answer within 30 s'), PATIENCE_MS);
      from.on('data', (chunk: string) => {
        text = takeAnswers(text + chunk, answers);
        if (answers.length >= (wanted ?? 1)) settle(answers);
      });
      from.on('error', () => {});
      from.on('close', () =>
        settle(
          wanted === undefined || answers.length >= wanted ? answers : 'the connection was closed without an answer',
        ),
      );
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
    if (wanted === undefined || typeof answers === 'string') {
      used.destroy();
      socket = undefined;
    }
    if (typeof answers === 'string') return answers;
    return answers.map(judge).find((problem) => problem !== undefined);
  };

  return { ask, close: () => socket?.destroy() };
};

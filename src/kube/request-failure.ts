import { ApiError } from './api-error.ts';
import { UnreadableLineError } from './line-splitter.ts';
import { StaleConnectionError } from './exchange.ts';

/** What went wrong; several addresses that were tried in vain are told by their code alone, because their error says nothing. */
const describe = (error: Error): string =>
  error.message === '' && 'code' in error ? String(error.code) : error.message;

/** The error to throw for a request that did not succeed: refusals and aborts as they are, all else with what was tried. */
export const requestFailure = (error: unknown, what: string, signal: AbortSignal, parent?: AbortSignal): unknown => {
  if (error instanceof ApiError || error instanceof UnreadableLineError) return error;
  if (parent?.aborted === true) return parent.reason;
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (!(cause instanceof Error)) return cause;
  const message = `${what}: ${describe(cause)}`;
  return cause instanceof StaleConnectionError
    ? new StaleConnectionError(message, { cause })
    : new Error(message, { cause });
};

import { ApiError, isGone, isInvalid } from './api-error.ts';
import { UnreadableLineError } from './line-splitter.ts';
import type { WatchOutcome, WatchPlan } from './watch-plan.ts';
import { RewoundError } from './watch-session.ts';

/** Ways to say that a parameter of streamed lists is not known. */
const isStreamingRefusal = (error: unknown): boolean =>
  isInvalid(error) || (error instanceof ApiError && error.code === 400);

/** What an error of a session means for the next one. */
export const watchOutcome = (error: unknown, plan: WatchPlan, listed: boolean): WatchOutcome['kind'] => {
  if (error instanceof RewoundError) return 'rewound';
  // A list leads past a change that cannot be read.
  if (isGone(error) || error instanceof UnreadableLineError) return 'gone';
  if (plan.list && plan.streaming && !listed && isStreamingRefusal(error)) return 'streaming-refused';
  return error instanceof ApiError ? 'refused' : 'broken';
};

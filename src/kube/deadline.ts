import type { Clock } from './clock.ts';

export type Deadline = {
  readonly signal: AbortSignal;
  /** Starts the time anew. */
  readonly extend: () => void;
  readonly cancel: () => void;
};

/** A signal that is aborted with `message` when nobody cancels or extends it for `ms`, or with its parent. */
export const createDeadline = (clock: Clock, ms: number, message: string, parent?: AbortSignal): Deadline => {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  let extendedAt = clock.monotonicMs();

  // One timer that looks at a time stamp: far cheaper than a new timer for each line of a watch.
  const check = (): void => {
    const left = extendedAt + ms - clock.monotonicMs();
    if (left <= 0) controller.abort(new Error(message));
    else stop = clock.after(left, check);
  };
  let stop = clock.after(ms, check);

  if (parent?.aborted === true) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    extend: () => {
      extendedAt = clock.monotonicMs();
    },
    cancel: () => {
      stop();
      parent?.removeEventListener('abort', follow);
    },
  };
};

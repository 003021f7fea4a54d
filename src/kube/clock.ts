/** Time as an argument, so that tests can turn it by hand. */
export type Clock = {
  /** Wall time in milliseconds since 1970; may jump. Only for what people read. */
  now(): number;
  /** Milliseconds that never go back; only differences mean something. */
  monotonicMs(): number;
  /** Calls back once after `ms`; the answer cancels. A background timer doesn't keep the process alive. */
  after(ms: number, callback: () => void, options?: { readonly background: boolean }): () => void;
};

/** The longest delay that a Node timer keeps; longer ones would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, callback, options) => {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    if (options?.background === true) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** How a cache is to be filled or followed next. */
export type WatchPlan = {
  /** Everything must be read before changes can be followed. */
  readonly list: boolean;
  /** Reads everything as a stream of events, which needs neither large answers nor much memory on either side. */
  readonly streaming: boolean;
  /** History was rewound (etcd restored from a backup): versions in the cache mean nothing any more. */
  readonly rewound: boolean;
  /** Watches in a row that the server closed without any event. */
  readonly quietCloses: number;
  /** Refusals in a row. */
  readonly refusals: number;
};

/** How an attempt ended. `progress`: it brought events; `listed`: everything was read. */
export type WatchOutcome = {
  readonly kind: 'closed' | 'broken' | 'gone' | 'refused' | 'streaming-refused' | 'rewound';
  readonly progress: boolean;
  readonly listed: boolean;
};

/** A server that has lost the history after our version may close every watch instead of answering 410. */
const MOST_QUIET_CLOSES = 3;
/** A server may refuse a version for ever (later than all it knows); one that is starting refuses a few times. */
const MOST_REFUSALS = 5;

/** How a cache begins: with a list, as part of the watch where the server can do that. */
export const FIRST_PLAN: WatchPlan = { list: true, streaming: true, rewound: false, quietCloses: 0, refusals: 0 };

const afterClose = (plan: WatchPlan, { progress, listed }: WatchOutcome): WatchPlan => {
  const unfinished = plan.list && !listed;
  const quietCloses = progress ? 0 : plan.quietCloses + 1;
  const list = unfinished || quietCloses >= MOST_QUIET_CLOSES;
  // A server that doesn't know streamed lists may just show an endless watch: ask it for pages.
  return { ...plan, list, streaming: plan.streaming && !unfinished, quietCloses, refusals: 0 };
};

const afterRefusal = (plan: WatchPlan, { progress, listed }: WatchOutcome): WatchPlan => {
  const refusals = progress ? 1 : plan.refusals + 1;
  return { ...plan, list: (plan.list && !listed) || refusals >= MOST_REFUSALS, refusals };
};

/** What to try after an attempt. */
export const planWatch = (before: WatchPlan, outcome: WatchOutcome): WatchPlan => {
  const plan = outcome.listed ? { ...before, rewound: false } : before;
  switch (outcome.kind) {
    case 'closed':
      return afterClose(plan, outcome);
    case 'broken':
      return { ...plan, list: plan.list && !outcome.listed };
    case 'refused':
      return afterRefusal(plan, outcome);
    case 'gone':
      return { ...plan, list: true, quietCloses: 0, refusals: 0 };
    case 'streaming-refused':
      return { ...plan, list: true, streaming: false };
    case 'rewound':
      return { ...plan, list: true, streaming: false, rewound: true };
  }
};

/** Thrown inside an evaluation that takes more steps than it may. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
}

/** Counts the steps of evaluations, so that none goes on for ever. */
export type Meter = {
  /** Throws BudgetExhausted when there are not that many steps left. */
  readonly spend: (steps: number) => void;
  readonly refill: () => void;
};

/**
 * A meter with a number of steps to spend between two refills. Steps, not time: the same object gets the same answer on a busy
 * machine.
 */
export const createMeter = (steps: number): Meter => {
  let left = steps;
  return {
    spend: (spent) => {
      left -= spent;
      if (left < 0) throw new BudgetExhausted(`more than ${steps} steps`);
    },
    refill: () => {
      left = steps;
    },
  };
};

/** What `work` returns; undefined when it takes more steps than it may. */
export const withinBudget = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof BudgetExhausted) return undefined;
    throw error;
  }
};

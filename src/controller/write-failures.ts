import type { Wait } from './obstacles.ts';

/** The API server finds the object invalid: whoever wrote the set has to act. */
export class Refused extends Error {}

/** Something else has the object's name. */
export class InTheWay extends Error {
  readonly wait: Wait;

  constructor(wait: Wait) {
    super(wait.note);
    this.wait = wait;
  }
}

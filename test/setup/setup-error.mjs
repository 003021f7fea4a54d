/** A reason why the project cannot be set up here, worded as one sentence that says what to do about it. */
export class SetupError extends Error {
  name = 'SetupError';
}

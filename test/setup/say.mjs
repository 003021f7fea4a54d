/** Tells the user what the set-up is doing, on stderr so that stdout stays the program's own. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

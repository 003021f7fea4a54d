import { say } from './say.mjs';

const SAY_EVERY_MS = 5_000;

/** Says every few seconds what `text(seconds)` returns, on one line where there is a terminal; the returned function ends that. */
export function showProgress(text) {
  const startedAt = Date.now();
  const isTerminal = process.stderr.isTTY;
  const timer = setInterval(() => {
    const line = `  ${text(Math.round((Date.now() - startedAt) / 1000))}`;
    if (isTerminal) process.stderr.write(`\r\u001B[2K${line}`);
    else say(line);
  }, SAY_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (isTerminal) process.stderr.write('\r\u001B[2K');
  };
}

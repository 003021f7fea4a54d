import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { onParentEnd } from './on-parent-end.mjs';

const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;

function forwardSignals(child) {
  // Ctrl-C in a terminal goes to the child as well: a second one from here would look like impatience and cut its cleaning up short.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY && !process.stderr.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A killed npm takes nothing with it. Without npm, the parent is a shell that may well end before a background job does.
  if (process.env.npm_lifecycle_event) onParentEnd(() => child.kill('SIGTERM'));
}

/** Runs a TypeScript file with the given Node.js and resolves to its exit code once it has ended. */
export function runFile({ node, root, file, args, env }) {
  const path = [join(root, 'node_modules', '.bin'), env.PATH].join(delimiter);
  const options = { stdio: 'inherit', env: { ...env, PATH: path } };
  const child = spawn(node, ['--import', END_WITH_PARENT, file, ...args], options);
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/** Runs a TypeScript file with the given Node.js and resolves to its exit code once it has ended. */
export function runFile({ node, root, file, args, env }) {
  const path = [join(root, 'node_modules', '.bin'), env.PATH].join(delimiter);
  const child = spawn(node, [file, ...args], { stdio: 'inherit', env: { ...env, PATH: path } });
  // Ctrl-C in a terminal goes to the child as well: a second one from here would look like impatience and cut its cleaning up short.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY && !process.stderr.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

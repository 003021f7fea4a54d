import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';
import { showProgress } from './show-progress.mjs';

const KEPT_LINES = 5_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Keeps the last lines that a program writes, and counts them all. */
function collectLines(child) {
  const kept = { lines: [], count: 0 };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      const read = chunk.toString().split('\n').filter(Boolean);
      kept.count += read.length;
      kept.lines = [...kept.lines, ...read].slice(-KEPT_LINES);
    });
  }
  return kept;
}

/**
 * Runs a program that may take long and says every few seconds how far it is; a signal ends both.
 * Resolves to `{ code, output }` with the last lines it wrote, whatever its exit code;
 * `code` is the text `missing` when there is no such program.
 * `progress(lines)` is given how many lines were written so far and returns what to say besides the time.
 */
export function runStep({ title, command, args, cwd, env, progress = () => '' }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kept = collectLines(child);
    const endProgress = showProgress((seconds) => {
      const more = progress(kept.count);
      return `${title}: ${seconds} s${more ? `, ${more}` : ''}`;
    });
    let isInterrupted = false;
    const interrupt = (signal) => {
      isInterrupted = true;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, interrupt);
    const finish = (code) => {
      endProgress();
      for (const signal of SIGNALS) process.off(signal, interrupt);
      if (isInterrupted)
        reject(new SetupError('The set-up was interrupted: run this again, and it goes on from there.'));
      else resolve({ code, output: kept.lines.join('\n') });
    };
    child.on('error', (error) => finish(error.code === 'ENOENT' ? 'missing' : error.message));
    child.on('close', (code, signal) => finish(code ?? signal));
  });
}

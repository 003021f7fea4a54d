import { spawn } from 'node:child_process';
import { say } from './say.mjs';

const SAY_EVERY_MS = 5_000;
const KEPT_LINES = 5_000;

/**
 * Runs a program that may take long and says every few seconds how far it is.
 * Resolves to `{ code, output }` with the last lines it wrote, whatever its exit code;
 * `code` is the text `missing` when there is no such program.
 * `progress(lines)` is given how many lines were written so far and returns what to say besides the time.
 */
export function runStep({ title, command, args, cwd, env, progress = () => '' }) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    let lines = 0;
    const keep = (chunk) => {
      const read = chunk.toString().split('\n').filter(Boolean);
      lines += read.length;
      output.push(...read);
      output.splice(0, output.length - KEPT_LINES);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setInterval(() => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      const more = progress(lines);
      say(`  ${title}: ${seconds} s${more ? `, ${more}` : ''}`);
    }, SAY_EVERY_MS);
    const finish = (code) => {
      clearInterval(timer);
      resolve({ code, output: output.join('\n') });
    };
    child.on('error', (error) => finish(error.code === 'ENOENT' ? 'missing' : String(error.message)));
    child.on('close', (code, signal) => finish(code ?? signal));
  });
}

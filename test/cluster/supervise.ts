import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ProcessOptions {
  program: string;
  args: readonly string[];
  /** The file that takes what the process writes. */
  log: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

export interface Supervisor {
  /** Starts a process that will not outlive this one. */
  spawn: (options: ProcessOptions) => ChildProcess;
  /** Kills what still runs, removes the directory and resolves when both are done. */
  end: () => Promise<void>;
}

const REAPER = fileURLToPath(new URL('reaper.mjs', import.meta.url));

/** Returns a supervisor whose processes and `directory` disappear with this process, even if that is killed with SIGKILL. */
export function supervise(directory: string): Supervisor {
  // Detached: a Ctrl-C in the terminal must not reach it, nor the processes it watches.
  const reaper = spawn(process.execPath, [REAPER, directory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  reaper.unref();
  const ended = new Promise<void>((resolve) => reaper.once('exit', () => resolve()));
  // It may be gone already while its processes still report their end.
  reaper.stdin.on('error', () => undefined);
  const tell = (text: string) => {
    if (reaper.stdin.writable) reaper.stdin.write(`${text}\n`);
  };

  const start = ({ program, args, log, cwd, env }: ProcessOptions): ChildProcess => {
    const output = openSync(log, 'a');
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    child.unref();
    const { pid } = child;
    if (pid !== undefined) {
      tell(`+${pid}`);
      child.once('exit', () => tell(`-${pid}`));
    }
    return child;
  };

  const end = async () => {
    reaper.ref();
    reaper.stdin.end();
    await ended;
  };
  return { spawn: start, end };
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Supervisor } from './supervise.ts';

export interface ComponentOptions {
  supervisor: Pick<Supervisor, 'spawn'>;
  /** The folder of the control plane's programs. */
  programs: string;
  name: string;
  /** The program, where it is not the one of that name in the folder. */
  program?: string;
  args: readonly string[];
  directory: string;
}

/** One program of the control plane, which can be stopped and started again. */
export interface Component {
  readonly name: string;
  readonly log: string;
  readonly pid: () => number | undefined;
  /** Starts it, unless it is running. */
  start: () => void;
  /** Ends it with a signal, by default SIGKILL, and resolves when it is gone. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Returns why it has ended though nobody stopped it, with the end of its log; undefined while all is well. */
  failure: () => Error | undefined;
}

// Nothing of the user's may reach the programs: etcd, for one, takes any ETCD_… as an option.
const environment = () => ({ PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] });

/** Returns the last lines of a log file. */
const tail = (log: string) => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Returns a component that is not running yet. */
export function createComponent(options: ComponentOptions): Component {
  const { supervisor, programs, name, args, directory } = options;
  const program = options.program ?? join(programs, name);
  const log = join(directory, `${name}.log`);
  let child: ChildProcess | undefined;
  let startError: Error | undefined;

  const start = () => {
    if (child && !hasEnded(child)) return;
    startError = undefined;
    child = supervisor.spawn({ program, args, log, cwd: directory, env: environment() });
    child.on('error', (error) => (startError = error));
  };

  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    const stopped = child;
    child = undefined;
    if (!stopped || stopped.pid === undefined || hasEnded(stopped)) return;
    stopped.ref();
    const gone = once(stopped, 'exit');
    stopped.kill(signal);
    await gone;
  };

  const failure = () => {
    if (startError) return new Error(`${name} could not be started`, { cause: startError });
    if (!child || !hasEnded(child)) return undefined;
    return new Error(`${name} ended (${child.exitCode ?? child.signalCode}); the end of its log:\n${tail(log)}`);
  };

  return { name, log, pid: () => child?.pid, start, stop, failure };
}
